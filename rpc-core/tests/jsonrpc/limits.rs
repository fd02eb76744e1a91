//! Each limit, crossed.

use http::StatusCode;
use polyrpc_core::{Channel, Code, Result, Server};
use polyrpc_macros::{Message, service};
use serde_json::Value;

use crate::shop::{Shop, call, post, result, server};

/// A value that holds values.
#[derive(Message)]
#[rpc(crate = polyrpc_core)]
struct Nest {
    inner: Option<Box<Nest>>,
}

#[service(package = "nest.v1", crate = polyrpc_core)]
trait Nests {
    async fn depth(&self, nest: Nest) -> Result<u32>;
    async fn make(&self, depth: u32) -> Result<Nest>;
    async fn any(&self, value: Value) -> Result<Value>;
}

fn nest(depth: u32) -> Nest {
    let mut nest = Nest { inner: None };
    for _ in 1..depth {
        nest = Nest { inner: Some(Box::new(nest)) };
    }
    nest
}

struct Birds;

impl Nests for Birds {
    async fn depth(&self, nest: Nest) -> Result<u32> {
        Ok(std::iter::successors(Some(&nest), |nest| nest.inner.as_deref()).map(|_| 1).sum())
    }

    async fn make(&self, depth: u32) -> Result<Nest> {
        Ok(nest(depth))
    }

    async fn any(&self, value: Value) -> Result<Value> {
        Ok(value)
    }
}

fn birds() -> Server {
    Server::new().service(NestsServer::new(Birds))
}

/// A `Nest` of so many levels.
fn objects(depth: usize) -> String {
    format!("{}{{}}{}", "{\"inner\":".repeat(depth - 1), "}".repeat(depth - 1))
}

fn arrays(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

#[tokio::test]
async fn values_are_128_deep_and_no_deeper() {
    let by_position = |value: &str| format!("[{value}]");
    let by_name = |value: &str| format!("{{\"nest\":{value}}}");
    for params in [by_position(&objects(128)), by_name(&objects(128))] {
        assert_eq!(post(birds(), call("nests.depth", &params, 1)).await.ok(), result("128", 1));
    }
    let answer = post(birds(), call("nests.any", &by_position(&arrays(128)), 1)).await;
    assert_eq!(answer.ok(), result(&arrays(128), 1));
    for value in [objects(129), arrays(129), arrays(100_000), format!("{{\"unknown\":{}}}", arrays(128))] {
        for method in ["nests.depth", "nests.any"] {
            let (code, text, id) = post(birds(), call(method, &by_position(&value), 1)).await.error();
            let promised = "Invalid params: values nested deeper than 128";
            assert_eq!((code, &*text, &*id), (-32602, promised, "1"));
        }
    }
    // Where it is not a parameter it is nothing that could be a request.
    let elsewhere = call("nests.any", "[1]", 1).replace("\"id\"", &format!("\"x\":{},\"id\"", arrays(129)));
    for body in [elsewhere, arrays(130), arrays(100_000), "[".repeat(100_000)] {
        assert_eq!(post(birds(), body).await.error().0, -32700);
    }
    let (code, text, _) = post(birds(), call("nests.make", "[129]", 1)).await.error();
    assert_eq!(code, -32603);
    assert!(text.starts_with("the reply cannot be encoded: inner.inner."), "{text}");
    assert!(text.ends_with("inner: values nested deeper than 128"), "{text}");
}

#[tokio::test]
async fn a_client_writes_and_reads_values_of_128_levels() {
    let server = birds().listen("tcp://127.0.0.1:0").bind().await.unwrap();
    let endpoint = format!("jsonrpc+{}", server.endpoints()[0]);
    let serving = tokio::spawn(server.run_until(std::future::pending()));
    for positional in [false, true] {
        let channel = Channel::builder(&*endpoint).positional(positional).lazy().unwrap();
        let client = NestsClient::new(channel);
        assert_eq!(client.depth(nest(128)).await.unwrap(), 128);
        assert_eq!(client.depth(client.make(128).await.unwrap()).await.unwrap(), 128);
        let status = client.depth(nest(129)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().contains("nest.inner.inner."), "{status}");
        assert!(status.message().ends_with("inner: values nested deeper than 128"), "{status}");
    }
    serving.abort();
}

#[tokio::test]
async fn batches_have_1000_requests_and_no_more() {
    let shop = Shop::default();
    let batch = |calls: usize| format!("[{}]", vec![call("orders.total", "[7]", 1); calls].join(","));
    let answer = post(server(&shop), batch(1000)).await;
    assert_eq!(answer.ok().matches("\"result\"").count(), 1000);
    let answer = post(server(&Shop::default()), batch(1001)).await;
    let text = "the batch has more calls than the limit of 1000".to_owned();
    assert_eq!(answer.error(), (-32008, text, "null".to_owned()));
    assert_eq!(shop.asked().len(), 1000);
}

#[tokio::test]
async fn messages_have_as_many_bytes_as_the_limit_says() {
    let body = call("orders.total", "[7]", 1);
    let answer = post(server(&Shop::default()).message_limit(body.len()), body.clone()).await;
    assert_eq!(answer.ok(), result("\"7 in none\"", 1));
    let answer = post(server(&Shop::default()).message_limit(body.len() - 1), body).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("\"code\":-32008"), "{}", answer.body);
    let answer = post(server(&Shop::default()), " ".repeat((4 << 20) + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}
