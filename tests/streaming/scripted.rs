//! Our client on a session with a server that is spoken by hand, and does as it likes.

use std::time::Duration;

use polyrpc::{Call, CallExt, Channel, Code, Next, from_fn};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::raw::{item, result};
use crate::service::{Streams, StreamsClient};

/// A server that speaks in lines, to one client.
struct Scripted(BufReader<TcpStream>);

impl Scripted {
    /// The server, and an endpoint that leads there.
    async fn bind() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, format!("jsonrpc+tcp://{address}?framing=newline"))
    }

    async fn accept(listener: &TcpListener) -> Scripted {
        Scripted(BufReader::new(listener.accept().await.unwrap().0))
    }

    async fn hear(&mut self) -> Value {
        let mut line = String::new();
        let read = timeout(Duration::from_secs(10), self.0.read_line(&mut line)).await.expect("silence");
        assert!(read.unwrap() > 0, "the connection ended");
        let mut message: Value = serde_json::from_str(&line).unwrap();
        message.as_object_mut().unwrap().remove("rpc");
        message
    }

    async fn say(&mut self, message: Value) {
        self.0.get_mut().write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }
}

fn error(id: impl Into<Value>, code: i32) -> Value {
    json!({"jsonrpc": "2.0", "id": id.into(), "error": {"code": code, "message": "no"}})
}

#[tokio::test]
async fn an_error_without_an_id_is_that_of_the_only_call() {
    let (listener, endpoint) = Scripted::bind().await;
    let client = StreamsClient::connect(&*endpoint).await.unwrap();
    let mut server = Scripted::accept(&listener).await;
    let (failed, ()) = tokio::join!(client.count(1, None), async {
        server.hear().await;
        server.say(error(json!(null), -32600)).await;
    });
    assert_eq!(failed.unwrap_err().code(), Code::Internal);
}

#[tokio::test]
async fn a_call_that_is_made_again_has_an_id_of_its_own() {
    let (listener, endpoint) = Scripted::bind().await;
    let again = from_fn(|call: Call, next: Next| async move {
        let again = call.try_clone().unwrap();
        match next.clone().run(call).within(Duration::from_millis(100)).await {
            Err(status) if status.code() == Code::Unavailable => next.run(again).await,
            outcome => outcome,
        }
    });
    let channel = Channel::builder(&*endpoint).layer(again).connect().await.unwrap();
    let client = StreamsClient::new(channel);
    let mut server = Scripted::accept(&listener).await;
    let (counted, ()) = tokio::join!(client.count(1, None), async {
        assert_eq!(server.hear().await["id"], 1);
        server.say(error(1, -32014)).await;
        let second = server.hear().await["id"].clone();
        assert_ne!(second, 1);
        server.say(result(second, json!("s"))).await;
    });
    drop(counted.unwrap());
}

#[tokio::test]
async fn a_stream_that_begins_when_nobody_wants_it_is_left() {
    let (listener, endpoint) = Scripted::bind().await;
    let client = StreamsClient::connect(&*endpoint).await.unwrap();
    let mut server = Scripted::accept(&listener).await;
    let gave_up = client.count(1, None).within(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(gave_up.code(), Code::DeadlineExceeded);
    assert_eq!(server.hear().await["method"], "streams.count");
    assert_eq!(server.hear().await, item("$/cancelRequest", json!({"id": 1})));
    // It does not know how to cancel, and answers all the same.
    server.say(result(1, json!("s7"))).await;
    let left = server.hear().await;
    assert_eq!((&left["method"], &left["params"]), (&json!("rpc.unsubscribe"), &json!(["s7"])));
}

#[tokio::test]
async fn an_answer_over_the_limit_is_the_reason_why_all_others_failed() {
    let (listener, endpoint) = Scripted::bind().await;
    let channel = Channel::builder(&*endpoint).message_limit(1000).connect().await.unwrap();
    let client = StreamsClient::new(channel);
    let mut server = Scripted::accept(&listener).await;
    let (one, two, ()) = tokio::join!(client.count(1, None), client.count(2, None), async {
        server.hear().await;
        server.hear().await;
        server.say(result(1, json!("x".repeat(2000)))).await;
    });
    for failed in [one.unwrap_err(), two.unwrap_err()] {
        assert_eq!(failed.code(), Code::ResourceExhausted);
        assert!(failed.message().contains("1000 bytes"), "{failed}");
    }
}

#[tokio::test]
async fn calls_that_are_given_up_leave_nothing_behind_a_server_that_does_not_read() {
    let (listener, endpoint) = Scripted::bind().await;
    let client = StreamsClient::connect(&*endpoint).await.unwrap();
    let server = Scripted::accept(&listener).await;
    let text = "x".repeat(1 << 20);
    for _ in 0..20 {
        let calls = (0..20).map(|_| client.subscribe(text.clone()).within(Duration::from_millis(20)));
        for given_up in futures_util::future::join_all(calls).await {
            assert_eq!(given_up.unwrap_err().code(), Code::DeadlineExceeded);
        }
    }
    // 400 MiB were asked for. Those wait that had their turn, and what the connection holds; the rest is gone.
    drop(server);
    let failed = client.count(1, None).within(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable);
}

#[tokio::test]
async fn metadata_of_one_call_is_not_that_of_a_session() {
    // The opening of a WebSocket has headers; they are those of the channel.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("jsonrpc+ws://{}/", listener.local_addr().unwrap());
    let channel = Channel::builder(&*endpoint).metadata("x-tenant", "7").lazy().unwrap();
    let client = StreamsClient::new(channel);
    let (_, head) = tokio::join!(
        client.count(1, None).header("authorization", "Bearer secret").within(Duration::from_millis(300)),
        async {
            let mut lines = BufReader::new(listener.accept().await.unwrap().0).lines();
            let mut head = String::new();
            while let Some(line) = lines.next_line().await.unwrap().filter(|line| !line.is_empty()) {
                head += &line.to_ascii_lowercase();
            }
            head
        }
    );
    assert!(head.contains("x-tenant: 7"), "{head}");
    assert!(!head.contains("authorization"), "{head}");
}
