//! Our services in somebody else's server, and somebody else's beside ours.

use axum::routing::get;
use polyrpc::{Code, Server, service};
use polyrpc_test_support::Greeter;

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

/// tonic's service, as our clients see it.
#[service(package = "mixed.v1", name = "Greeter")]
trait Theirs {
    async fn hello(&self, name: String) -> polyrpc::Result<String>;
}

#[tokio::test]
async fn a_tonic_service_stands_beside_ours() {
    let server = Server::new().service(ProbeServer::new(Subject::new())).tonic_service(Greeter).listen(TCP);
    let served = Served::start(server).await;
    let theirs = TheirsClient::connect(served.by("grpc")).await.unwrap();
    assert_eq!(theirs.hello("tonic".into()).await.unwrap(), "tonic");
    let failed = theirs.hello(String::new()).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::InvalidArgument, "nobody"));
    for (protocol, client) in served.clients().await {
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
    }
}
