//! Connections that are lost, and calls that never started.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Response};
use polyrpc::{Channel, Code, Endpoint, Server};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::{PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, TCP, framed, until};

const AT_ONCE: Duration = Duration::from_millis(100);

/// Something between client and server that can be cut.
async fn relay(served: &Served) -> (Endpoint, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let to = served.address();
    let relay = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((mut near, _)) = listener.accept().await {
            connections.spawn(async move {
                let mut far = TcpStream::connect(to).await.unwrap();
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (endpoint, relay)
}

/// Cuts a connection under twenty calls: how long their callers wait, and how long the handlers run on.
async fn cut(protocol: &str) -> [Duration; 2] {
    let subject = Subject::new();
    let seen = subject.0.clone();
    // Callers name the relay, which is not the listener.
    let server = Server::new().service(ProbeServer::new(subject)).allowed_host("127.0.0.1").listen(TCP);
    let served = Served::start(server).await;
    let (endpoint, relay) = relay(&served).await;
    let client = ProbeClient::connect(format!("{protocol}+{endpoint}")).await.unwrap();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.hang().await })
        })
        .collect();
    until("all calls are at the server", || seen.begun() == 20).await;
    relay.abort();
    let cut = Instant::now();
    for call in calls {
        let failed = call.await.unwrap().unwrap_err();
        assert_eq!(failed.code(), Code::Unavailable, "{protocol}: {failed}");
    }
    let callers = cut.elapsed();
    until("the handlers are dropped", || seen.dropped() == 20).await;
    [callers, cut.elapsed()]
}

#[tokio::test]
async fn a_lost_connection_fails_every_call_in_flight_and_drops_their_handlers_within_100_ms() {
    for protocol in PROTOCOLS {
        let mut rounds: Vec<[Duration; 2]> = Vec::new();
        // A busy machine may hold up one round; what waits for a timer is late in all of them.
        while rounds.len() < 3 && rounds.last().is_none_or(|[_, handlers]| *handlers >= AT_ONCE) {
            rounds.push(cut(protocol).await);
        }
        assert!(rounds.last().is_some_and(|[_, handlers]| *handlers < AT_ONCE), "{protocol}: {rounds:?}");
    }
}

#[tokio::test]
async fn a_caller_that_gives_up_drops_its_handler() {
    for protocol in PROTOCOLS {
        let (served, seen) = Served::probe().await;
        let client = served.client(protocol).await;
        let call = tokio::spawn(async move { client.hang().await });
        until("the call is at the server", || seen.begun() == 1).await;
        call.abort();
        until("the handler is dropped", || seen.dropped() == 1).await;
    }
}

/// How a scripted server deals with a connection's first call.
#[derive(Clone, Copy, PartialEq)]
enum Deal {
    Refuse,
    LeaveBeforeIt,
    Break,
    Answer,
}

/// A gRPC server that deals so with the calls of its connections, one after another, and answers those of further
/// ones. It counts connections.
async fn scripted(deals: &'static [Deal]) -> (ProbeClient, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let index = counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(deal(stream, deals.get(index).copied().unwrap_or(Deal::Answer)));
        }
    });
    (ProbeClient::new(Channel::builder(endpoint).lazy().unwrap()), connections)
}

async fn deal(stream: TcpStream, deal: Deal) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    if deal == Deal::LeaveBeforeIt {
        // A GOAWAY whose last stream is 0: no call was looked at.
        connection.abrupt_shutdown(h2::Reason::NO_ERROR);
    }
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        match deal {
            Deal::Refuse => respond.send_reset(h2::Reason::REFUSED_STREAM),
            Deal::Break => respond.send_reset(h2::Reason::INTERNAL_ERROR),
            Deal::LeaveBeforeIt => {}
            Deal::Answer => {
                let head = Response::builder().header("content-type", "application/grpc").body(()).unwrap();
                let mut send = respond.send_response(head, false).unwrap();
                send.send_data(Bytes::from(framed(&[8, 3])), false).unwrap();
                let mut trailers = HeaderMap::new();
                trailers.insert("grpc-status", "0".parse().unwrap());
                send.send_trailers(trailers).unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_call_that_never_started_is_tried_once_more_whatever_the_method() {
    for deals in [&[Deal::Refuse][..], &[Deal::LeaveBeforeIt]] {
        let (client, connections) = scripted(deals).await;
        assert_eq!(client.add(1, 2).await.unwrap(), 3);
        assert_eq!(connections.load(Ordering::SeqCst), 2, "on a fresh connection");
    }
}

#[tokio::test]
async fn a_call_is_tried_no_more_than_twice() {
    let (client, connections) = scripted(&[Deal::Refuse; 9]).await;
    let failed = client.add(1, 2).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable, "{failed}");
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_that_may_have_started_is_not_tried_again() {
    let (client, connections) = scripted(&[Deal::Break; 9]).await;
    let failed = client.add(1, 2).await.unwrap_err();
    // gRPC's table for HTTP/2 error codes (PROTOCOL-HTTP2.md, "Errors").
    assert_eq!(failed.code(), Code::Internal, "{failed}");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
