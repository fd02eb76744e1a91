//! tonic at the edge: its services beside ours, its client at our services, its statuses in our handlers.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut};
use http::uri::PathAndQuery;
use http::{Request, Response};
use polyrpc_core::{CallExt, Channel, Code, Result, Server, Status};
use polyrpc_macros::service;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataValue;

/// tonic's service, as our client calls it.
#[service(package = "mixed.v1", crate = polyrpc_core)]
trait Greeter {
    #[rpc(bare)]
    async fn hello(&self, name: Name) -> Result<Name>;
}

/// Our own service, whose handler speaks tonic.
#[service(package = "mixed.v1", crate = polyrpc_core)]
trait Migrated {
    async fn fail(&self) -> Result<()>;
    #[rpc(bare)]
    async fn same(&self, name: Name) -> Result<Name>;
}

#[derive(polyrpc_macros::Message, Clone, Debug, PartialEq)]
#[rpc(crate = polyrpc_core, package = "mixed.v1")]
struct Name {
    name: String,
}

struct Ours;

impl Migrated for Ours {
    async fn fail(&self) -> Result<()> {
        let reply = polyrpc_core::Context::current();
        reply.reply().trailer("x-cost", "3").trailer("x-retry", "9");
        let mut theirs = tonic::Status::failed_precondition("not yet");
        theirs.metadata_mut().insert("x-retry", MetadataValue::from_static("7"));
        // What tonic's client leaves there of a response it received.
        theirs.metadata_mut().insert("content-type", MetadataValue::from_static("text/html"));
        Err(theirs)?
    }

    async fn same(&self, name: Name) -> Result<Name> {
        Ok(name)
    }
}

/// Messages as they stand on the wire.
#[derive(Default)]
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

    fn decode(&mut self, input: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, tonic::Status> {
        Ok(Some(input.copy_to_bytes(input.remaining()).to_vec()))
    }
}

/// A service as tonic's generator writes them: it returns what it gets, and fails for nobody.
#[derive(Clone)]
struct Theirs;

impl tonic::server::NamedService for Theirs {
    const NAME: &'static str = "mixed.v1.Greeter";
}

struct Hello;

impl tonic::server::UnaryService<Vec<u8>> for Hello {
    type Response = Vec<u8>;
    type Future = Ready<Result<tonic::Response<Vec<u8>>, tonic::Status>>;

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        ready(match request.get_ref().as_slice() {
            [] => Err(tonic::Status::with_details(tonic::Code::InvalidArgument, "nobody", DETAILS.into())),
            message => Ok(tonic::Response::new(message.to_vec())),
        })
    }
}

/// `google.rpc.Status { code: 3, details: [Any { type_url: "type.googleapis.com/a.B" }] }`
const DETAILS: &[u8] = b"\x08\x03\x1a\x19\x0a\x17type.googleapis.com/a.B";

impl tower_service::Service<Request<tonic::body::Body>> for Theirs {
    type Response = Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<tonic::body::Body>) -> Self::Future {
        Box::pin(async move {
            match request.uri().path() {
                "/mixed.v1.Greeter/Hello" => Ok(tonic::server::Grpc::new(Raw).unary(Hello, request).await),
                _ => Ok(tonic::Status::unimplemented("no such method").into_http()),
            }
        })
    }
}

async fn served() -> String {
    let server = Server::new().service(MigratedServer::new(Ours)).tonic_service(Theirs);
    let server = server.listen("tcp://127.0.0.1:0").bind().await.unwrap();
    let endpoint = server.endpoints()[0].to_string();
    tokio::spawn(async move {
        server.run_until(std::future::pending()).await;
    });
    endpoint
}

#[tokio::test]
async fn a_tonic_service_answers_beside_ours_on_one_listener() {
    let channel = Channel::connect(served().await).await.unwrap();
    let name = Name { name: "tonic".into() };
    assert_eq!(GreeterClient::new(channel.clone()).hello(name.clone()).await.unwrap(), name);
    assert_eq!(MigratedClient::new(channel.clone()).same(name.clone()).await.unwrap(), name);

    let failed = GreeterClient::new(channel).hello(Name { name: String::new() }).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::InvalidArgument, "nobody"));
    assert_eq!(failed.details()[0].name(), "a.B");
}

#[tokio::test]
async fn a_tonic_status_leaves_a_handler_of_ours_with_its_metadata() {
    let channel = Channel::connect(served().await).await.unwrap();
    let (failed, reply) = MigratedClient::new(channel).fail().with_reply().await;
    let failed = failed.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::FailedPrecondition, "not yet"));
    // What the status says stands over what the handler had said before.
    assert_eq!(reply.trailers.get_all("x-retry").collect::<Vec<_>>(), ["7"]);
    assert_eq!(reply.trailers.get("x-cost"), Some("3"));

    // The names that are the protocol's own stay the protocol's.
    let service = Server::new().service(MigratedServer::new(Ours)).into_service().unwrap();
    let request = Request::post("/mixed.v1.Migrated/Fail").header("content-type", "application/grpc");
    let request = request.body(polyrpc_transports::Body::from(vec![0; 5])).unwrap();
    let response = tower::ServiceExt::oneshot(service, request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/grpc");

    // And back: in a handler of tonic's, `?` on what our client returned.
    let theirs = (|| -> Result<(), tonic::Status> { Err(Status::not_found("no order 7"))? })().unwrap_err();
    assert_eq!((theirs.code(), theirs.message()), (tonic::Code::NotFound, "no order 7"));
}

#[tokio::test]
async fn tonics_client_calls_a_service_of_ours() {
    let service = Server::new().service(MigratedServer::new(Ours)).into_service().unwrap();
    let mut client = tonic::client::Grpc::new(service);
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/mixed.v1.Migrated/Same");
    let message = b"\x0a\x02hi".to_vec();
    let reply = client.unary(tonic::Request::new(message.clone()), path, Raw).await.unwrap();
    assert_eq!(*reply.get_ref(), message);

    let path = PathAndQuery::from_static("/mixed.v1.Migrated/Fail");
    let failed = client.unary(tonic::Request::new(Vec::new()), path, Raw).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (tonic::Code::FailedPrecondition, "not yet"));
    assert_eq!(failed.metadata().get("x-retry").unwrap(), "7");
}
