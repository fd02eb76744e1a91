//! Heads of requests that are refused.

use http::Method;
use polyrpc::{Server, ServerConfig};
use tower_http::cors::CorsLayer;

use crate::support::{Folder, ProbeServer, Served, Subject, TCP, framed, grpc, post, say};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const JSON: &str = r#"{"jsonrpc":"2.0","id":1,"method":"probe.add","params":[1,2]}"#;
const XML: &str = "<?xml version=\"1.0\"?><methodCall><methodName>probe.add</methodName><params><param><value><int>1\
                   </int></value></param><param><value><int>2</int></value></param></params></methodCall>";
const TEXTS: [(&str, &str, &str); 2] =
    [("application/json", JSON, "\"result\":3"), ("text/xml", XML, "<int>3</int>")];
const ADD: &str = "/behaviour.v1.Probe/Add";

#[tokio::test]
async fn an_unknown_content_encoding_is_refused() {
    let (served, seen) = Served::probe().await;
    for (kind, body, result) in TEXTS {
        let answer = post(served.address(), kind, "content-encoding: identity\r\n", body).await;
        assert!(answer.status == 200 && answer.body.contains(result), "{answer:?}");
        let answer = post(served.address(), kind, "content-encoding: br\r\n", body).await;
        assert!(answer.status == 415 && answer.body.contains("`br`"), "{answer:?}");
        assert!(answer.head.contains("accept-encoding: identity"), "{answer:?}");
        assert!(answer.head.contains(kind), "in the caller's protocol: {answer:?}");
    }
    let body = framed(&[8, 1, 16, 2]);
    let answer = grpc(served.address(), ADD, &[("grpc-encoding", "br")], &body).await;
    assert_eq!(answer.outcome().0, 12, "{answer:?}");
    let accepted = answer.headers["grpc-accept-encoding"].to_str().unwrap();
    assert!(accepted.contains("gzip"), "{accepted}");
    assert_eq!(seen.begun(), 2, "a refused call was executed");
}

/// As curl does with `--http2`, and Java's client by itself: the call is made, over HTTP/1.1.
#[tokio::test]
async fn an_upgrade_that_is_offered_beside_a_call_is_not_taken() {
    let (served, _) = Served::probe().await;
    for (kind, body, result) in TEXTS {
        for protocol in ["h2c", "websocket"] {
            let offer = format!(
                "connection: Upgrade, HTTP2-Settings\r\nupgrade: {protocol}\r\nhttp2-settings: AAMAAABk\r\n"
            );
            let answer = post(served.address(), kind, &offer, body).await;
            assert!(answer.status == 200 && answer.body.contains(result), "{protocol}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_malformed_timeout_is_refused_and_not_run_without_a_deadline() {
    let (served, seen) = Served::probe().await;
    for malformed in ["", "1", "S", "1s", "-1S", "1.5S", "123456789S", "soon"] {
        let body = framed(&[8, 1, 16, 2]);
        let answer = grpc(served.address(), ADD, &[("grpc-timeout", malformed)], &body).await;
        assert_eq!(answer.outcome().0, 3, "{malformed}: {answer:?}");
        let header = format!("rpc-timeout: {malformed}\r\n");
        for (kind, body, _) in TEXTS {
            let answer = post(served.address(), kind, &header, body).await;
            assert!(answer.body.contains("-32003"), "{malformed}: {answer:?}");
            assert!(answer.body.contains("malformed timeout"), "{malformed}: {answer:?}");
        }
    }
    assert_eq!(seen.begun(), 0, "a refused call was executed");
}

#[tokio::test]
async fn loopback_listeners_answer_only_those_who_name_them() {
    let server =
        Server::new().service(ProbeServer::new(Subject::new())).allowed_host("app.example").listen(TCP);
    let served = Served::start(server).await;
    let (address, port) = (served.address(), served.address().port());
    let named = async |host: &str, origin: &str, kind: &str, body: &str| {
        let text = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\n{origin}connection: close\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        say(address, text.as_bytes()).await.status
    };
    let own = format!("localhost:{port}");
    for (kind, body, _) in TEXTS {
        for host in [own.as_str(), &format!("127.0.0.1:{port}"), &format!("[::1]:{port}"), "app.example"] {
            assert_eq!(named(host, "", kind, body).await, 200, "{host}");
        }
        for host in ["evil.example", &format!("evil.example:{port}"), "localhost:1", "localhost.evil.example"]
        {
            assert_eq!(named(host, "", kind, body).await, 403, "{host}");
        }
        let origin = |origin: &str| format!("origin: {origin}\r\n");
        assert_eq!(named(&own, &origin(&format!("http://{own}")), kind, body).await, 200);
        assert_eq!(named(&own, &origin("https://app.example"), kind, body).await, 200);
        for foreign in ["http://evil.example", "null", "http://localhost:1"] {
            assert_eq!(named(&own, &origin(foreign), kind, body).await, 403, "{foreign}");
        }
    }
    assert_eq!(
        say(address, b"GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n").await.status,
        403
    );
    // gRPC-Web, which a browser can send: the service is asked only where the listener was named.
    let web = async |host: &str, origin: &str| {
        let text = format!(
            "POST {ADD} HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\nconnection: close\r\n\
             content-type: application/grpc-web-text\r\ncontent-length: 12\r\n\r\nAAAAAAQIARAC"
        );
        say(address, text.as_bytes()).await
    };
    let answer = web(&own, &format!("http://{own}")).await;
    assert!(answer.status == 200 && answer.body.starts_with("AAAAAAIIA"), "{answer:?}");
    assert_eq!(web("app.example", "https://app.example").await.status, 200);
    assert_eq!(web(&own, "http://evil.example").await.status, 403);
    assert_eq!(web("evil.example", &format!("http://{own}")).await.status, 403);
    // A browser cannot send gRPC.
    let headers = [("host", "evil.example"), ("origin", "http://evil.example")];
    let answer = grpc(address, ADD, &headers, &framed(&[8, 1, 16, 2])).await;
    assert_eq!(answer.outcome().0, 0, "{answer:?}");
}

#[tokio::test]
async fn unix_sockets_answer_whatever_name_they_are_called() {
    let folder = Folder::new();
    let server = Server::new().service(ProbeServer::new(Subject::new())).listen(folder.socket());
    let _served = Served::start(server).await;
    let mut stream = tokio::net::UnixStream::connect(folder.0.join("s")).await.unwrap();
    let text = format!(
        "POST / HTTP/1.1\r\nhost: anything.example\r\norigin: http://other.example\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{JSON}",
        JSON.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_request_names_exactly_one_host() {
    let (served, seen) = Served::probe().await;
    let address = served.address();
    for hosts in ["", "host: localhost\r\nhost: localhost\r\n"] {
        let text = format!(
            "POST / HTTP/1.1\r\n{hosts}connection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{JSON}",
            JSON.len()
        );
        assert_eq!(say(address, text.as_bytes()).await.status, 400, "{hosts:?}");
    }
    assert_eq!(seen.begun(), 0);
}

#[tokio::test]
async fn a_header_list_has_sixteen_kibibytes_and_the_servers_options_reach_the_listener() {
    let (served, seen) = Served::probe().await;
    let header = |bytes: usize| format!("x-long: {}\r\n", "x".repeat(bytes));
    for (kind, body, result) in TEXTS {
        let answer = post(served.address(), kind, &header(12_000), body).await;
        assert!(answer.body.contains(result), "{answer:?}");
        assert_eq!(post(served.address(), kind, &header(16 << 10), body).await.status, 431);
    }
    let long = "x".repeat(16 << 10);
    let answer = grpc_status(&served, &[("x-long", &long)]).await;
    assert_eq!(answer, 431);
    assert_eq!(seen.begun(), 2);
    let config = ServerConfig::new().header_list(40_000);
    let server = Server::new().service(ProbeServer::new(Subject::new())).connections(config).listen(TCP);
    let wide = Served::start(server).await;
    assert_eq!(post(wide.address(), "application/json", &header(30_000), JSON).await.status, 200);
}

#[tokio::test]
async fn cors_is_off_unless_a_layer_allows_it() {
    let preflight = "OPTIONS / HTTP/1.1\r\nhost: app.example\r\norigin: https://app.example\r\nconnection: close\r\n\
                     access-control-request-method: POST\r\n\r\n";
    let server =
        || Server::new().service(ProbeServer::new(Subject::new())).allowed_host("app.example").listen(TCP);
    let served = Served::start(server()).await;
    let answer = say(served.address(), preflight.as_bytes()).await;
    assert!(answer.status == 405 && !answer.head.contains("access-control"), "{answer:?}");
    let cors =
        CorsLayer::new().allow_origin(["https://app.example".parse().unwrap()]).allow_methods([Method::POST]);
    let served = Served::start(server().http_layer(cors)).await;
    let answer = say(served.address(), preflight.as_bytes()).await;
    assert!(answer.head.contains("access-control-allow-origin: https://app.example"), "{answer:?}");
    // The outcome of gRPC-Web is in the body: no header needs to be exposed for it.
    let call = format!(
        "POST {ADD} HTTP/1.1\r\nhost: app.example\r\norigin: https://app.example\r\nconnection: close\r\n\
         content-type: application/grpc-web-text\r\ncontent-length: 12\r\n\r\nAAAAAAQIARAC"
    );
    let answer = say(served.address(), call.as_bytes()).await;
    assert!(answer.head.contains("access-control-allow-origin: https://app.example"), "{answer:?}");
    assert!(!answer.head.contains("grpc-status") && answer.body.starts_with("AAAAAAIIA"), "{answer:?}");
}

async fn grpc_status(served: &Served, headers: &[(&str, &str)]) -> u16 {
    grpc(served.address(), ADD, headers, &framed(&[8, 1, 16, 2])).await.status
}
