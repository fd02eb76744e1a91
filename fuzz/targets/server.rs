//! A whole server: whatever comes, it answers in the protocol, and no handler or layer panics.

#![no_main]

use std::cell::OnceCell;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request, StatusCode, Version};
use polyrpc::{Body, HttpService, Server, Status};
use polyrpc_core::codec::xml::parse_response;
use polyrpc_fuzz::{Rich, report_stack_overflows};
use serde::de::IgnoredAny;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

#[polyrpc::service(package = "fuzz.v1")]
trait Echo {
    async fn rich(&self, value: Rich) -> polyrpc::Result<Rich>;
    async fn sum(&self, a: i64, b: Option<i64>) -> polyrpc::Result<i64>;
    async fn fail(&self, message: String) -> polyrpc::Result<()>;
    #[rpc(oneway)]
    async fn ping(&self, text: &str) -> polyrpc::Result<()>;
}

struct Implementation;

impl Echo for Implementation {
    async fn rich(&self, value: Rich) -> polyrpc::Result<Rich> {
        Ok(value)
    }

    async fn sum(&self, a: i64, b: Option<i64>) -> polyrpc::Result<i64> {
        Ok(a.wrapping_add(b.unwrap_or_default()))
    }

    async fn fail(&self, message: String) -> polyrpc::Result<()> {
        Err(Status::not_found(message))
    }

    async fn ping(&self, _: &str) -> polyrpc::Result<()> {
        Ok(())
    }
}

thread_local! {
    static SERVER: OnceCell<(Runtime, HttpService)> = const { OnceCell::new() };
}

// The first byte chooses the protocol and, for gRPC, the method; the rest is the body. gRPC's is framed here, for
// frames have a target of their own.
libfuzzer_sys::fuzz_target!(init: report_stack_overflows(), |data: &[u8]| {
    let Some((&choice, body)) = data.split_first() else { return };
    match choice % 3 {
        0 => grpc(["Rich", "Sum", "Fail", "Ping"][usize::from(choice / 3) % 4], body),
        1 => jsonrpc(body),
        _ => xmlrpc(body),
    }
});

fn call(path: &str, content_type: &str, body: Vec<u8>) -> (StatusCode, HeaderMap, Vec<u8>, HeaderMap) {
    let request = Request::builder().method(Method::POST).uri(path).header(CONTENT_TYPE, content_type);
    // gRPC is HTTP/2 alone; to the others it is all one.
    let request = request.version(Version::HTTP_2).body(Body::from(body)).expect("a request");
    SERVER.with(|server| {
        let (runtime, service) = server.get_or_init(|| {
            let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
            let service = Server::new().service(EchoServer::new(Implementation)).into_service();
            (runtime, service.expect("the names are free"))
        });
        runtime.block_on(async {
            let Ok(response) = service.clone().oneshot(request).await;
            let (head, body) = response.into_parts();
            let body = body.collect(usize::MAX).await.expect("the body comes");
            (head.status, head.headers, body.data.to_vec(), body.trailers.unwrap_or_default())
        })
    })
}

fn grpc(method: &str, message: &[u8]) {
    let mut body = vec![0];
    body.extend_from_slice(&(message.len() as u32).to_be_bytes());
    body.extend_from_slice(message);
    let (code, headers, data, trailers) = call(&format!("/fuzz.v1.Echo/{method}"), "application/grpc", body);
    assert_eq!(code, StatusCode::OK);
    let status = trailers.get("grpc-status").or(headers.get("grpc-status")).expect("a status");
    assert_eq!(status == "0", data.len() >= 5, "a reply has one message");
}

fn jsonrpc(body: &[u8]) {
    let (code, _, data, _) = call("/", "application/json", body.to_vec());
    match code {
        StatusCode::NO_CONTENT => assert!(data.is_empty()),
        code => {
            assert_eq!(code, StatusCode::OK);
            assert!(serde_json::from_slice::<IgnoredAny>(&data).is_ok(), "an answer is JSON");
        }
    }
}

fn xmlrpc(body: &[u8]) {
    let (code, _, data, _) = call("/RPC2", "text/xml", body.to_vec());
    assert_eq!(code, StatusCode::OK);
    parse_response(&data).expect("an answer is a methodResponse");
}
