//! Layers around calls and around HTTP requests, on servers and channels.

use std::sync::{Arc, Mutex};

use http::{HeaderName, HeaderValue};
use polyrpc::{BoxHttp, Call, CallExt, Channel, Code, Context, Next, ReplyFuture, Server, Status, from_fn};
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::set_header::{SetRequestHeaderLayer, SetResponseHeaderLayer};
use tower_layer::layer_fn;

use crate::support::{PROTOCOLS, Probe, ProbeClient, ProbeServer, Served, Subject, TCP, framed, grpc, post};

type Notes = Arc<Mutex<Vec<String>>>;

/// Notes when a call passes, on its way in and on its way out.
fn note(
    notes: &Notes,
    name: &'static str,
) -> impl Fn(Call, Next) -> ReplyFuture + Clone + Send + Sync + use<> {
    let notes = notes.clone();
    move |call, next| {
        let notes = notes.clone();
        notes.lock().unwrap().push(format!("{name} in"));
        Box::pin(async move {
            let result = next.run(call).await;
            notes.lock().unwrap().push(format!("{name} out"));
            result
        })
    }
}

fn take(notes: &Notes) -> Vec<String> {
    std::mem::take(&mut notes.lock().unwrap())
}

#[tokio::test]
async fn the_first_layer_added_is_the_outermost_on_servers_and_channels() {
    let notes = Notes::default();
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .layer(from_fn(note(&notes, "server 1")))
        .layer(from_fn(note(&notes, "server 2")))
        .listen(TCP);
    let served = Served::start(server).await;
    for protocol in PROTOCOLS {
        let builder = Channel::builder(served.by(protocol))
            .layer(from_fn(note(&notes, "channel 1")))
            .layer(from_fn(note(&notes, "channel 2")));
        let client = ProbeClient::new(builder.connect().await.unwrap());
        assert_eq!(client.add(1, 2).await.unwrap(), 3);
        let inward = ["channel 1 in", "channel 2 in", "server 1 in", "server 2 in"];
        let outward = ["server 2 out", "server 1 out", "channel 2 out", "channel 1 out"];
        assert_eq!(take(&notes), [inward, outward].concat(), "{protocol}");
    }
}

/// An HTTP layer that notes when a request passes.
fn note_http<E: 'static>(
    notes: &Notes,
    name: &'static str,
) -> impl tower_layer::Layer<BoxHttp<E>, Service = BoxHttp<E>> + Clone + use<E> {
    use tower::ServiceExt;
    let notes = notes.clone();
    layer_fn(move |inner: BoxHttp<E>| {
        let notes = notes.clone();
        BoxHttp::new(inner.map_request(move |request| {
            notes.lock().unwrap().push(name.to_owned());
            request
        }))
    })
}

#[tokio::test]
async fn the_first_http_layer_added_is_the_outermost_on_servers_and_channels() {
    let notes = Notes::default();
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .http_layer(note_http(&notes, "server 1"))
        .http_layer(note_http(&notes, "server 2"))
        .listen(TCP);
    let served = Served::start(server).await;
    for protocol in PROTOCOLS {
        let builder = Channel::builder(served.by(protocol))
            .http_layer(note_http(&notes, "channel 1"))
            .http_layer(note_http(&notes, "channel 2"));
        let client = ProbeClient::new(builder.connect().await.unwrap());
        assert_eq!(client.add(1, 2).await.unwrap(), 3);
        assert_eq!(take(&notes), ["channel 1", "channel 2", "server 1", "server 2"], "{protocol}");
    }
}

#[tokio::test]
async fn http_layers_are_any_of_tower_https() {
    let header = |name| HeaderName::from_static(name);
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .http_layer(SetResponseHeaderLayer::overriding(header("x-served-by"), HeaderValue::from_static("me")))
        // A layer may change the type of the body.
        .http_layer(MapResponseBodyLayer::new(axum::body::Body::new))
        .listen(TCP);
    let served = Served::start(server).await;
    for protocol in PROTOCOLS {
        let set = SetRequestHeaderLayer::overriding(header("x-tenant"), HeaderValue::from_static("7"));
        let builder = Channel::builder(served.by(protocol)).http_layer(set);
        let client = ProbeClient::new(builder.connect().await.unwrap());
        let (seen, reply) = client.metadata(&Context::current()).with_reply().await;
        assert_eq!(seen.unwrap()["x-tenant"], "7", "{protocol}");
        assert_eq!(reply.headers.get("x-served-by"), Some("me"), "{protocol}");
    }
}

#[tokio::test]
async fn layers_of_towers_own_fit_the_upper_waist() {
    let notes = Notes::default();
    let seen = notes.clone();
    let server = Server::new()
        .service(ProbeServer::new(Subject::new()))
        .layer(tower::util::MapRequestLayer::new(move |call: Call| {
            seen.lock().unwrap().push(call.method().full_name().to_owned());
            call
        }))
        .layer(tower::util::MapErrLayer::new(|status: Status| match status.code() {
            Code::NotFound => Status::permission_denied("not yours to see"),
            _ => status,
        }))
        .listen(TCP);
    let served = Served::start(server).await;
    for (protocol, client) in served.clients().await {
        let failed = client.fail(5, "no order 7".into()).await.unwrap_err();
        assert_eq!(failed.code(), Code::PermissionDenied, "{protocol}");
        assert_eq!(take(&notes).len(), 1, "{protocol}");
    }
}

#[derive(Clone, Debug, PartialEq)]
struct User(String);

/// Lets in whom it knows, and to the methods of an admin only the admin.
async fn authenticate(mut call: Call, next: Next) -> Result<polyrpc::Reply, Status> {
    let token = call.context().metadata().get("authorization").and_then(|text| text.strip_prefix("Bearer "));
    let Some(name) = token.map(str::to_owned) else {
        return Err(Status::unauthenticated("no token"));
    };
    if let Some(role) = call.method().attr("role").filter(|role| *role != name) {
        return Err(Status::permission_denied(format!("only {role} may call {}", call.method().full_name())));
    }
    call.context_mut().insert(User(name));
    next.run(call).await
}

#[tokio::test]
async fn a_layer_refuses_calls_by_what_the_schema_says_of_them() {
    let server =
        Server::new().service(ProbeServer::new(Subject::new())).layer(from_fn(authenticate)).listen(TCP);
    let served = Served::start(server).await;
    for (protocol, client) in served.clients().await {
        let unknown = client.add(1, 2).await.unwrap_err();
        assert_eq!((unknown.code(), unknown.message()), (Code::Unauthenticated, "no token"), "{protocol}");
        let sum = client.add(1, 2).header("authorization", "Bearer ada").await;
        assert_eq!(sum.unwrap(), 3, "{protocol}");
        let denied = client.erase().header("authorization", "Bearer ada").await.unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied, "{protocol}");
        assert!(denied.message().contains("behaviour.v1.Probe"), "{protocol}: {denied}");
        client.erase().header("authorization", "Bearer admin").await.unwrap();
    }
}

#[tokio::test]
async fn what_a_server_tells_of_itself_passes_the_layers_too() {
    let notes = Notes::default();
    let seen = notes.clone();
    let look = from_fn(move |call: Call, next: Next| {
        seen.lock().unwrap().push(call.method().full_name().to_owned());
        call.context().reply().header("x-head", "1").trailer("x-tail", "2");
        next.run(call)
    });
    let server =
        Server::new().service(ProbeServer::new(Subject::new())).layer(from_fn(authenticate)).layer(look);
    let served = Served::start(server.listen(TCP)).await;
    let ada = ("authorization", "Bearer ada");

    for version in ["v1", "v1alpha"] {
        let method = format!("grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let (path, list_services) = (format!("/{method}"), framed(b"\x3a\0"));
        let refused = grpc(served.address(), &path, &[], &list_services).await;
        assert_eq!(refused.outcome(), (16, "no token".to_owned()));
        assert_eq!(refused.body, b"");
        let told = grpc(served.address(), &path, &[ada], &list_services).await;
        assert_eq!(told.outcome().0, 0, "{told:?}");
        assert!(String::from_utf8_lossy(&told.body).contains("behaviour.v1.Probe"), "{told:?}");
        assert!(told.headers["x-head"] == "1" && told.trailers["x-tail"] == "2", "{told:?}");
        assert_eq!(take(&notes), [method]);
    }

    let call = |name: &str| format!("<methodCall><methodName>{name}</methodName></methodCall>");
    for (name, wanted) in [("listMethods", "probe.add"), ("getCapabilities", "introspection")] {
        let refused = post(served.address(), "text/xml", "", &call(&format!("system.{name}"))).await;
        assert!(refused.body.contains("<int>-32016</int>") && !refused.body.contains(wanted), "{refused:?}");
        let header = "authorization: Bearer ada\r\n";
        let told = post(served.address(), "text/xml", header, &call(&format!("system.{name}"))).await;
        assert!(told.body.contains(wanted) && told.head.contains("x-head: 1"), "{told:?}");
        assert_eq!(take(&notes), [format!("system/{name}")]);
    }
    let unknown = post(served.address(), "text/xml", "", &call("system.shutdown")).await;
    assert!(unknown.body.contains("-32601"), "{unknown:?}");
}

#[tokio::test]
async fn a_layer_sees_each_call_of_a_batch_before_its_arguments_are_decoded() {
    let notes = Notes::default();
    let seen = notes.clone();
    let look = from_fn(move |call: Call, next: Next| {
        let args = String::from_utf8_lossy(call.args()).into_owned();
        seen.lock().unwrap().push(format!("{} {args}", call.method().name));
        next.run(call)
    });
    let subject = Subject::new();
    let handled = subject.0.clone();
    let server = Server::new().service(ProbeServer::new(subject)).layer(look).listen(TCP);
    let served = Served::start(server).await;
    // The second call does not decode, the third is known by its full name, the fourth is a notification.
    let batch = r#"[
        {"jsonrpc":"2.0","id":1,"method":"probe.add","params":{"a":1,"b":2}},
        {"jsonrpc":"2.0","id":2,"method":"probe.add","params":{"a":"no number"}},
        {"jsonrpc":"2.0","id":3,"method":"behaviour.v1.Probe.Echo","params":["x"]},
        {"jsonrpc":"2.0","method":"probe.echo","params":["y"]}
    ]"#;
    let answer = post(served.address(), "application/json", "", batch).await;
    assert!(answer.body.contains(r#""result":3"#) && answer.body.contains("-32602"), "{answer:?}");
    let mut passed = take(&notes);
    passed.sort();
    let wanted = [r#"add {"a":"no number"}"#, r#"add {"a":1,"b":2}"#, r#"echo ["x"]"#, r#"echo ["y"]"#];
    assert_eq!(passed, wanted);
    assert_eq!(handled.begun(), 3, "what does not decode reaches no handler");

    let call = |name: &str, params: &str| {
        format!(
            "<value><struct><member><name>methodName</name><value>{name}</value></member>\
             <member><name>params</name><value><array><data>{params}</data></array></value></member></struct></value>"
        )
    };
    let calls = [
        call("probe.echo", "<value>x</value>"),
        call("probe.add", "<value>no number</value><value><int>1</int></value>"),
    ];
    let multicall = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>system.multicall</methodName><params><param><value>\
         <array><data>{}</data></array></value></param></params></methodCall>",
        calls.concat()
    );
    let answer = post(served.address(), "text/xml", "", &multicall).await;
    assert!(answer.body.contains("-32602"), "{answer:?}");
    let passed = take(&notes);
    assert_eq!(passed.len(), 2, "{passed:?}");
    assert!(passed.iter().any(|call| call.starts_with("add") && call.contains("no number")), "{passed:?}");

    let answer = grpc(served.address(), "/behaviour.v1.Probe/Add", &[], &framed(b"\xff")).await;
    assert_eq!(answer.outcome().0, 3, "{answer:?}");
    assert_eq!(take(&notes), ["add \u{fffd}"], "a layer sees bytes that are no message");
}
