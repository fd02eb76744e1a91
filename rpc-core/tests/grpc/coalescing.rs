//! Messages that are ready go into few DATA frames, of up to 32 KiB.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use polyrpc_core::Streaming;
use tokio::net::TcpStream;

use crate::support::{EIGHT, Scripted, Served, Wire, framed, head, request};

/// The most bytes of messages in a frame.
const MOST: usize = 32 << 10;

/// Bytes of a message of eight in its frame.
const FRAMED: usize = 13;

/// A client whose windows and frames are as wide as may be.
async fn wide(served: &Served) -> SendRequest<Bytes> {
    let socket = TcpStream::connect(served.address).await.unwrap();
    let mut builder = Builder::new();
    builder.initial_window_size(1 << 30).initial_connection_window_size(1 << 30).max_frame_size(1 << 20);
    let (send, connection) = builder.handshake(socket).await.unwrap();
    tokio::spawn(connection);
    send
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// Sizes of the DATA frames that answer a call.
async fn frames(served: &Served, method: &str, n: u64) -> Vec<usize> {
    let mut send = wide(served).await;
    let (response, mut body) = send.send_request(request(method).body(()).unwrap(), false).unwrap();
    let argument = [vec![0x08], varint(n)].concat();
    body.send_data(framed(&argument).into(), true).unwrap();
    let mut body = response.await.unwrap().into_body();
    let mut sizes = Vec::new();
    while let Some(data) = body.data().await {
        sizes.push(data.unwrap().len());
    }
    assert_eq!(body.trailers().await.unwrap().unwrap()["grpc-status"], "0");
    sizes
}

#[tokio::test]
async fn what_is_ready_fills_the_frames_of_a_reply() {
    let served = Served::start().await;
    let n = 100_000;
    let sizes = frames(&served, "Flood", n as u64).await;
    assert_eq!(sizes.iter().sum::<usize>(), n * FRAMED);
    // Frames end where messages do.
    let full = MOST / FRAMED * FRAMED;
    let (last, others) = sizes.split_last().unwrap();
    assert!(others.iter().all(|size| *size == full) && *last <= full, "{sizes:?}");
}

#[tokio::test]
async fn what_comes_alone_is_sent_alone() {
    let served = Served::start().await;
    assert_eq!(frames(&served, "Count", 3).await, [5, 7, 7]);
}

#[tokio::test]
async fn what_is_ready_fills_the_frames_of_a_request() {
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let seen = sizes.clone();
    let scripted = Scripted::start(move |request, mut respond| {
        let seen = seen.clone();
        async move {
            let mut body = request.into_body();
            while let Some(Ok(data)) = body.data().await {
                seen.lock().unwrap().push(data.len());
                body.flow_control().release_capacity(data.len()).unwrap();
            }
            let mut stream = respond.send_response(head(&[]), false).unwrap();
            stream.send_data(framed(&[0x08, 7]).into(), false).unwrap();
            let trailers = [("grpc-status".parse().unwrap(), "0".parse().unwrap())];
            stream.send_trailers(trailers.into_iter().collect()).unwrap();
        }
    })
    .await;
    let n = 100_000;
    let values = Streaming::from_items((0..n as u64).map(|i| EIGHT + i));
    assert_eq!(scripted.client().await.add(values).await.unwrap(), 7);
    let sizes = sizes.lock().unwrap();
    assert_eq!(sizes.iter().sum::<usize>(), n * FRAMED);
    // A server of h2's gives windows of 64 KiB and frames of 16: what is cut by these is cut there, and by nothing else.
    let average = n * FRAMED / sizes.len();
    assert!(sizes.iter().all(|size| *size <= MOST) && average > 8 << 10, "{average}: {sizes:?}");
}
