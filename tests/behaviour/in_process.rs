//! Calls that stay within the process: `local` through the upper waist alone, `mem:` through both.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polyrpc::{
    Body, Call, CallExt, Channel, Code, Context, Dispatch, HttpService, Next, Server, from_fn, service,
};
use tower_layer::layer_fn;

use crate::support::{PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, unique};

#[tokio::test]
async fn local_goes_through_the_upper_waist_alone() {
    let cx = Context::current();
    let client = ProbeClient::local(Subject::new());
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
    let (left, reply) = client.remaining(&cx).with_reply().await;
    assert!(left.unwrap().is_some_and(|left| left <= 30_000), "the default deadline holds here too");
    assert_eq!(reply.headers.get("x-seen"), Some("yes"));
    let seen = client.metadata(&cx).header("x-tenant", "7").await.unwrap();
    // No HTTP: none of the headers of a protocol, and only the caller's own metadata.
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [("x-tenant".to_owned(), "7".to_owned())]);
    assert_eq!(client.panic().await.unwrap_err().code(), Code::Internal);
}

/// Tells by which way a call came.
#[service(package = "behaviour.v1")]
trait Way {
    async fn came_by(&self, cx: &Context) -> polyrpc::Result<String>;
    async fn refuse(&self, value: serde_json::Value) -> polyrpc::Result<()>;
}

struct Asked;

impl Way for Asked {
    async fn came_by(&self, cx: &Context) -> polyrpc::Result<String> {
        let transport = cx.peer().map_or("no transport", |peer| peer.transport());
        Ok(format!("{:?} {transport}", cx.protocol().map(|protocol| protocol.name())))
    }

    async fn refuse(&self, _: serde_json::Value) -> polyrpc::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn mem_goes_through_both_waists_in_every_protocol() {
    let endpoint = format!("mem:{}", unique("both"));
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let server = Server::new()
        .service(WayServer::new(Asked))
        .service(ProbeServer::new(Subject::new()))
        .http_layer(layer_fn(move |inner| {
            counted.fetch_add(1, Ordering::SeqCst);
            inner
        }))
        .listen(&endpoint);
    let served = Served::start(server).await;
    for protocol in PROTOCOLS {
        let channel = Channel::connect(format!("{protocol}+{endpoint}")).await.unwrap();
        let way = WayClient::new(channel.clone()).came_by(&Context::current()).await.unwrap();
        assert_eq!(way, format!("Some({protocol:?}) mem"));
        assert_eq!(ProbeClient::new(channel).add(1, 2).await.unwrap(), 3, "{protocol}");
    }
    assert!(requests.load(Ordering::SeqCst) > 0, "the lower waist's layer was never asked");
    let way = WayClient::local(Asked).came_by(&Context::current()).await.unwrap();
    assert_eq!(way, "None no transport");
    served.kill().await;
}

#[tokio::test]
async fn what_cannot_travel_fails_in_a_local_call_too() {
    let too_large_a_number = serde_json::json!({ "n": 9_007_199_254_740_993_u64 });
    let refused = WayClient::local(Asked).refuse(too_large_a_number).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
}

/// Adds a letter to the metadata `x-path` of a call.
fn note(letter: &'static str) -> impl Fn(Call, Next) -> polyrpc::ReplyFuture + Clone {
    move |mut call, next| {
        let path = call.context().get::<Path>().cloned().unwrap_or_default();
        call.context_mut().insert(Path(path.0 + letter));
        Box::pin(next.run(call))
    }
}

#[derive(Clone, Debug, Default)]
struct Path(String);

/// Says which layers its call went through.
struct Layered;

impl Way for Layered {
    async fn came_by(&self, cx: &Context) -> polyrpc::Result<String> {
        Ok(cx.require::<Path>()?.0.clone())
    }

    async fn refuse(&self, _: serde_json::Value) -> polyrpc::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_local_channel_takes_the_same_layers_and_options() {
    let service: Arc<dyn Dispatch> = Arc::new(WayServer::new(Layered));
    let channel = Channel::local_builder(service)
        .layer(from_fn(note("a")))
        .layer(from_fn(note("b")))
        .metadata("x-tenant", "7")
        .concurrency(1)
        .lazy()
        .unwrap();
    assert_eq!(WayClient::new(channel).came_by(&Context::current()).await.unwrap(), "ab");
}

#[tokio::test]
async fn a_traits_arc_and_its_client_both_serve() {
    let shared = Arc::new(Subject::new());
    let over_arc = ProbeClient::local(shared.clone());
    assert_eq!(over_arc.add(1, 2).await.unwrap(), 3);
    let endpoint = format!("mem:{}", unique("arc"));
    let served =
        Served::start(Server::new().service(ProbeServer::new(shared.clone())).listen(&endpoint)).await;
    let client = served.client("jsonrpc").await;
    // A client is an implementation: it is served like one, and so is an `Arc` of it.
    let bridge = format!("mem:{}", unique("client"));
    let server = Server::new().service(ProbeServer::new(Arc::new(client))).listen(&bridge);
    let bridged = Served::start(server).await;
    for protocol in PROTOCOLS {
        assert_eq!(bridged.client(protocol).await.add(3, 4).await.unwrap(), 7, "{protocol}");
    }
    assert_eq!(shared.0.begun(), 4, "every call reached the one implementation");
}

#[test]
fn a_server_is_a_service_of_the_lower_waist_too() {
    fn is_tower<S: tower_service::Service<http::Request<Body>, Response = http::Response<Body>> + Clone>(
        _: &S,
    ) {
    }
    let service: HttpService =
        Server::new().service(ProbeServer::new(Subject::new())).into_service().unwrap();
    is_tower(&service);
}
