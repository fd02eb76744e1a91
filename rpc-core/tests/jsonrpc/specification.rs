//! The specification's own examples (JSON-RPC 2.0, section 7) and those of our own beside them, in
//! `tests/foreign/jsonrpc_vectors.json`, which foreign clients try over TCP.

use http::StatusCode;
use polyrpc_core::{Result, Server, Status};
use polyrpc_macros::service;
use serde_json::Value;

use crate::shop::post;

#[service(package = "specification.v1", crate = polyrpc_core)]
trait Specification {
    #[rpc(jsonrpc = "subtract")]
    async fn subtract(&self, minuend: i64, subtrahend: i64) -> Result<i64>;
    #[rpc(jsonrpc = "sum")]
    async fn sum(&self, a: i64, b: i64, c: i64) -> Result<i64>;
    #[rpc(jsonrpc = "update")]
    async fn update(&self, a: i64, b: i64, c: i64, d: i64, e: i64) -> Result<()>;
    #[rpc(jsonrpc = "notify_hello")]
    async fn notify_hello(&self, a: i64) -> Result<()>;
    #[rpc(jsonrpc = "notify_sum")]
    async fn notify_sum(&self, a: i64, b: i64, c: i64) -> Result<()>;
    #[rpc(jsonrpc = "get_data")]
    async fn get_data(&self) -> Result<(String, i64)>;
    #[rpc(jsonrpc = "echo")]
    async fn echo(&self, value: String) -> Result<String>;
}

#[service(package = "polyrpc.conformance.v1", crate = polyrpc_core)]
trait Echo {
    async fn sum(&self, a: i64, b: i64) -> Result<i64>;
    async fn fail(&self, code: String, message: String) -> Result<()>;
    #[rpc(oneway)]
    async fn notify(&self, value: String) -> Result<()>;
}

struct Examples;

impl Specification for Examples {
    async fn subtract(&self, minuend: i64, subtrahend: i64) -> Result<i64> {
        Ok(minuend - subtrahend)
    }

    async fn sum(&self, a: i64, b: i64, c: i64) -> Result<i64> {
        Ok(a + b + c)
    }

    async fn update(&self, _: i64, _: i64, _: i64, _: i64, _: i64) -> Result<()> {
        Ok(())
    }

    async fn notify_hello(&self, _: i64) -> Result<()> {
        Ok(())
    }

    async fn notify_sum(&self, _: i64, _: i64, _: i64) -> Result<()> {
        Ok(())
    }

    async fn get_data(&self) -> Result<(String, i64)> {
        Ok(("hello".into(), 5))
    }

    async fn echo(&self, value: String) -> Result<String> {
        Ok(value)
    }
}

impl Echo for Examples {
    async fn sum(&self, a: i64, b: i64) -> Result<i64> {
        Ok(a + b)
    }

    async fn fail(&self, _: String, message: String) -> Result<()> {
        Err(Status::not_found(message))
    }

    async fn notify(&self, _: String) -> Result<()> {
        Ok(())
    }
}

/// Leaves of error objects what the vectors tell.
fn number_alone(answer: &mut Value) {
    match answer {
        Value::Array(list) => list.iter_mut().for_each(number_alone),
        Value::Object(members) => {
            if let Some(Value::Object(error)) = members.get_mut("error") {
                error.retain(|name, _| name == "code");
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_vector_is_answered_as_it_says() {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/foreign/jsonrpc_vectors.json");
    let vectors: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(vectors).unwrap()).unwrap();
    assert!(vectors.len() > 60);
    for vector in vectors {
        let (name, request) = (&vector["name"], vector["request"].as_str().unwrap());
        let services =
            Server::new().service(SpecificationServer::new(Examples)).service(EchoServer::new(Examples));
        let answer = post(services, request.to_owned()).await;
        match vector["response"].as_str() {
            None => assert_eq!((answer.status, &*answer.body), (StatusCode::NO_CONTENT, ""), "{name}"),
            Some(promised) => {
                let mut is: Value = serde_json::from_str(answer.ok()).unwrap();
                number_alone(&mut is);
                assert_eq!(is, serde_json::from_str::<Value>(promised).unwrap(), "{name}");
            }
        }
    }
}
