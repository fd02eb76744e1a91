//! tonic at the edge: its services beside ours, its client at our services, its statuses in our handlers.

use http::Request;
use http::uri::PathAndQuery;
use polyrpc_core::{CallExt, Channel, Code, Result, Server, Status};
use polyrpc_macros::service;
use polyrpc_test_support::{Bare, Greeter as TonicsGreeter};
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

async fn served() -> String {
    let server = Server::new().service(MigratedServer::new(Ours)).tonic_service(TonicsGreeter);
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
    assert_eq!(reply.trailers.get("x-retry"), Some("7"));

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
    let reply = client.unary(tonic::Request::new(message.clone()), path, Bare).await.unwrap();
    assert_eq!(*reply.get_ref(), message);

    let path = PathAndQuery::from_static("/mixed.v1.Migrated/Fail");
    let failed = client.unary(tonic::Request::new(Vec::new()), path, Bare).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (tonic::Code::FailedPrecondition, "not yet"));
    assert_eq!(failed.metadata().get("x-retry").unwrap(), "7");
}
