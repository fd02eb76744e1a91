//! Our services in somebody else's server, and somebody else's beside ours.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::routing::get;
use bytes::{Buf, BufMut};
use futures_util::future::BoxFuture;
use http::{Request, Response};
use polyrpc::{Code, Peer, Server, service};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tower_service::Service;

use crate::support::{PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, TCP, say};

#[tokio::test]
async fn into_service_is_mounted_in_an_axum_router() {
    let ours = Server::new().service(ProbeServer::new(Subject::new())).into_service().unwrap();
    let router = axum::Router::new().route("/health", get(|| async { "fine" })).fallback_service(ours);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    for protocol in PROTOCOLS {
        let client = ProbeClient::connect(format!("{protocol}+tcp://{address}")).await.unwrap();
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
        let failed = client.fail(5, "no order 7".into()).await.unwrap_err();
        assert_eq!((failed.code(), failed.message()), (Code::NotFound, "no order 7"), "{protocol}");
    }
    let answer = say(address, b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!((answer.status, &*answer.body), (200, "fine"));
    serving.abort();
}

/// A gRPC service as tonic's generator writes it, of one method that doubles each byte of its message.
#[derive(Clone)]
struct Doubling;

impl tonic::server::NamedService for Doubling {
    const NAME: &'static str = "theirs.v1.Doubling";
}

impl Service<Request<tonic::body::Body>> for Doubling {
    type Response = Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<tonic::body::Body>) -> Self::Future {
        let known = request.extensions().get::<Arc<Peer>>().is_some();
        Box::pin(async move {
            match known {
                true => Ok(tonic::server::Grpc::new(Raw).unary(Double, request).await),
                false => Ok(tonic::Status::unauthenticated("nobody called").into_http()),
            }
        })
    }
}

struct Double;

impl Service<tonic::Request<Vec<u8>>> for Double {
    type Response = tonic::Response<Vec<u8>>;
    type Error = tonic::Status;
    type Future = Ready<Result<Self::Response, tonic::Status>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), tonic::Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        ready(match request.into_inner() {
            message if message.is_empty() => Err(tonic::Status::out_of_range("nothing to double")),
            message => Ok(tonic::Response::new(doubled(&message))),
        })
    }
}

/// A message of one field 1 of one byte, twice that number.
fn doubled(message: &[u8]) -> Vec<u8> {
    vec![message[0], 2 * message[1]]
}

/// Messages as they are.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn encode(&mut self, item: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        out.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, tonic::Status> {
        Ok(Some(from.copy_to_bytes(from.remaining()).to_vec()))
    }
}

/// The same service, as our clients see it.
#[service(package = "theirs.v1", name = "Doubling")]
trait Theirs {
    async fn double(&self, value: u32) -> polyrpc::Result<u32>;
}

#[tokio::test]
async fn a_tonic_service_stands_beside_ours() {
    let server = Server::new().service(ProbeServer::new(Subject::new())).tonic_service(Doubling).listen(TCP);
    let served = Served::start(server).await;
    let theirs = TheirsClient::connect(served.by("grpc")).await.unwrap();
    assert_eq!(theirs.double(21).await.unwrap(), 42);
    let failed = theirs.double(0).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::OutOfRange, "nothing to double"));
    for (protocol, client) in served.clients().await {
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
    }
}

/// Ours, by the name of theirs.
struct Halving;

impl Theirs for Halving {
    async fn double(&self, value: u32) -> polyrpc::Result<u32> {
        Ok(value / 2)
    }
}

#[tokio::test]
async fn a_tonic_service_hides_no_other_service() {
    let ours = Server::new().service(TheirsServer::new(Halving)).tonic_service(Doubling);
    let theirs = Server::new().tonic_service(Doubling).tonic_service(Doubling);
    for server in [ours, theirs] {
        let refused = server.into_service().unwrap_err().to_string();
        assert!(refused.contains("theirs.v1.Doubling"), "{refused}");
    }
}
