//! Streams of gRPC that HTTP/2 ends as it should, in the middle of a message.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use polyrpc::Code;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::{in_time, lazy};
use crate::kinds::{GRPC, serve};
use crate::service::Streams;
use crate::wire::number;

/// A message of gRPC in its frame.
fn framed(message: &[u8]) -> Vec<u8> {
    [&[0], &(message.len() as u32).to_be_bytes()[..], message].concat()
}

/// A server that answers each call with these bytes, and a status if it has one.
async fn answering(bytes: Vec<u8>, status: Option<&'static str>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("tcp://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let mut connection = h2::server::handshake(listener.accept().await.unwrap().0).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let head = Response::builder().header("content-type", "application/grpc").body(()).unwrap();
            let mut send = respond.send_response(head, false).unwrap();
            send.send_data(bytes.clone().into(), status.is_none()).unwrap();
            if let Some(status) = status {
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", status.parse().unwrap());
                send.send_trailers(trailers).unwrap();
            }
        }
    });
    (place, serving)
}

#[tokio::test]
async fn a_reply_that_ends_inside_a_message_or_without_a_status_is_a_failure() {
    let whole = [framed(&number(7)), framed(&number(8))].concat();
    for (bytes, status, items, code) in [
        (whole[..whole.len() - 1].to_vec(), Some("0"), &[7][..], Code::Internal),
        (whole[..whole.len() - 3].to_vec(), Some("0"), &[7], Code::Internal),
        (whole[..whole.len() - 1].to_vec(), None, &[7], Code::Unknown),
        (whole.clone(), None, &[7, 8], Code::Unknown),
        (whole, Some("15"), &[7, 8], Code::DataLoss),
    ] {
        let (place, serving) = answering(bytes, status).await;
        let mut counting = lazy(GRPC, &place).count(2, None).await.unwrap();
        for item in items {
            assert_eq!(counting.message().await.unwrap(), Some(*item));
        }
        let failed = in_time("a torn reply", counting.message()).await.unwrap_err();
        assert_eq!(failed.code(), code, "{status:?}: {failed}");
        assert_eq!(counting.message().await.unwrap(), None);
        serving.abort();
    }
}

#[tokio::test]
async fn a_request_that_ends_inside_a_message_is_a_failure_to_its_method() {
    let served = serve("tcp://127.0.0.1:0").await;
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (mut send, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    for cut in [1, 3, 6] {
        let whole = [framed(&number(7)), framed(&number(8))].concat();
        let request = Request::post(format!("http://{}/streams.v1.Streams/Sum", served.address()))
            .header("content-type", "application/grpc");
        let (response, mut body) = send.send_request(request.body(()).unwrap(), false).unwrap();
        body.send_data(Bytes::copy_from_slice(&whole[..whole.len() - cut]), true).unwrap();
        let response = in_time("a torn request", response).await.unwrap();
        assert_eq!(response.headers()["grpc-status"], "13", "{response:?}");
    }
    assert!(served.sample.sums.lock().unwrap().is_empty(), "what was torn was taken for whole");
    connection.abort();
}
