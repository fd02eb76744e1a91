//! How a server stops: it drains.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use polyrpc::{Channel, Code, Server};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::support::{
    Folder, PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, TCP, unique, until,
};

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn calls_in_flight_finish_and_new_ones_are_refused() {
    let folder = Folder::new();
    for endpoint in [TCP.to_owned(), folder.socket(), format!("mem:{}", unique("drain"))] {
        let subject = Subject::new();
        let seen = subject.0.clone();
        let server = Server::new().service(ProbeServer::new(subject)).listen(&endpoint);
        let mut served = Served::start(server).await;
        let clients = served.clients().await;
        let held: Vec<_> = (clients.iter().cloned())
            .map(|(_, client)| tokio::spawn(async move { client.hold().await }))
            .collect();
        until("three calls are held", || seen.begun() == 3).await;
        served.begin_stop();
        tokio::time::sleep(Duration::from_millis(50)).await;
        for (protocol, client) in &clients {
            let refused = client.add(1, 2).await.unwrap_err();
            assert_eq!(refused.code(), Code::Unavailable, "{protocol}+{endpoint}: {refused}");
        }
        let refused = Channel::connect(served.by("grpc")).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable, "{endpoint}");
        assert_eq!(seen.begun(), 3, "a new call was let in");
        seen.release(3);
        for call in held {
            assert_eq!(call.await.unwrap().unwrap(), 7, "{endpoint}");
        }
        timeout(SOON, served.ended()).await.expect("the server did not end");
        assert_eq!(seen.dropped(), 0);
    }
}

#[tokio::test]
async fn http2_connections_get_a_goaway_and_then_end() {
    let (mut served, seen) = Served::probe().await;
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (mut send, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::post(format!("http://{}/behaviour.v1.Probe/Hold", served.address()))
        .header("content-type", "application/grpc");
    let (held, mut body) = send.send_request(request.body(()).unwrap(), false).unwrap();
    body.send_data(Bytes::from_static(&[0; 5]), true).unwrap();
    until("the call is held", || seen.begun() == 1).await;
    served.begin_stop();
    // A client learns by the GOAWAY alone that this connection takes no more calls.
    let told = timeout(SOON, async {
        while futures_util::future::poll_fn(|cx| send.poll_ready(cx)).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    told.await.expect("no GOAWAY came");
    seen.release(1);
    assert_eq!(held.await.unwrap().status(), 200);
    drop(send);
    timeout(SOON, connection).await.expect("the connection stayed open").unwrap().unwrap();
    served.ended().await;
}

#[tokio::test]
async fn idle_connections_hold_nobody_up() {
    let (mut served, _) = Served::probe().await;
    let clients = served.clients().await;
    for (_, client) in &clients {
        client.add(1, 2).await.unwrap();
    }
    served.begin_stop();
    timeout(SOON, served.ended()).await.expect("kept connections held the server up");
}

/// How long a server with a call that never ends takes to stop, and how that call ends.
async fn abort(server: Server, protocol: &str) -> (Duration, polyrpc::Status) {
    let subject = Subject::new();
    let seen = subject.0.clone();
    let mut served = Served::start(server.service(ProbeServer::new(subject))).await;
    let builder = Channel::builder(served.by(protocol)).no_deadline();
    let client = ProbeClient::new(builder.connect().await.unwrap());
    let call = tokio::spawn(async move { client.hang().await });
    while seen.begun() == 0 {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    served.begin_stop();
    served.ended().await;
    let failed = call.await.unwrap().unwrap_err();
    assert_eq!(seen.dropped(), 1, "the handler was not dropped");
    (begun.elapsed(), failed)
}

#[tokio::test(start_paused = true)]
async fn after_thirty_seconds_what_is_left_is_aborted() {
    for protocol in PROTOCOLS {
        let folder = Folder::new();
        for endpoint in [folder.socket(), format!("mem:{}", unique("abort"))] {
            let (took, failed) = abort(Server::new().listen(&endpoint), protocol).await;
            assert_eq!(took.as_secs(), 30, "{protocol}+{endpoint}: {took:?}");
            assert_eq!(failed.code(), Code::Unavailable, "{protocol}+{endpoint}: {failed}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_to_drain_can_be_set() {
    let endpoint = format!("mem:{}", unique("drain-time"));
    let server = Server::new().listen(&endpoint).drain(Duration::from_secs(3));
    assert_eq!(abort(server, "grpc").await.0.as_secs(), 3);
}

#[tokio::test]
async fn a_server_that_is_dropped_drops_its_connections() {
    let (served, seen) = Served::probe().await;
    let client = served.client("grpc").await;
    let call = tokio::spawn(async move { client.hang().await });
    until("the call is at the server", || seen.begun() == 1).await;
    served.kill().await;
    assert_eq!(call.await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert_eq!(seen.dropped(), 1);
}
