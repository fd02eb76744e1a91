//! Processes at the ends of a queue that are killed in the middle of a stream. Nobody tells of them: the others look.

use std::time::Duration;

use polyrpc::{Channel, ClientConfig, Code, Server, Streaming};
use polyrpc_test_support::{Conformance, QueueEndpoint};

use super::in_time;
use super::killed::{Caller, Echo as _, EchoClient, EchoServer, Echoing, reads_until_it_is_killed};
use crate::kinds::{GRPC, JSONRPC, XMLRPC, soon};

#[tokio::test]
async fn a_stream_ends_unavailable_when_its_server_is_killed_and_the_next_server_is_found() {
    for way in [GRPC, JSONRPC, XMLRPC] {
        let queue = QueueEndpoint::new("killed");
        let serve = || Conformance::get().unwrap().serve(&[&queue]).unwrap();
        let server = serve();
        let pause = Duration::from_millis(50);
        let config = ClientConfig::new().backoff(pause, pause);
        let channel = Channel::builder(way.at(&queue)).connections(config);
        let client = EchoClient::new(channel.connect().await.unwrap());
        let status = reads_until_it_is_killed(&client, || server.id()).await;
        assert_eq!(status.code(), Code::Unavailable, "{way:?}: {status}");
        let status = client.collect(Streaming::from_items([1])).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{way:?}: {status}");
        let _next = serve();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(client.collect(Streaming::from_items([1, 2])).await.unwrap(), 3, "{way:?}");
    }
}

/// XML-RPC's calls are over when the stream is read: nothing tells of a reader that comes no more but a minute's silence.
#[tokio::test]
async fn a_handler_is_dropped_within_a_second_when_its_caller_is_killed() {
    for way in [GRPC, JSONRPC] {
        let queue = QueueEndpoint::new("killed");
        let echoing = Echoing::default();
        let server = Server::new().service(EchoServer::new(echoing.clone())).listen(&*queue);
        let serving = tokio::spawn(server.bind().await.unwrap().run_until(std::future::pending()));
        let seen = &echoing.0;
        for (count, (method, params)) in (1..).zip([
            ("echo.count", r#"{"n": 1000000, "interval_millis": 5}"#),
            ("echo.count", r#"{"n": 2, "interval_millis": 1000000}"#),
            ("echo.collect", "{}"),
            ("echo.chat", "{}"),
        ]) {
            let mut caller = Caller::new(&way.at(&queue), method, params);
            in_time(method, seen.begun.notified()).await;
            caller.kill();
            let took = soon(|| seen.dropped() == count && seen.told() == count).await;
            assert!(took < Duration::from_secs(1), "{way:?} {method}: {took:?}");
        }
        serving.abort();
    }
}
