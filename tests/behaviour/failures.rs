//! What becomes of a handler that fails, and what of it goes on the wire.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use polyrpc::{Channel, Code, Detail, Result, Server, Status, service};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Log, PROTOCOLS, Probe, ProbeClient, ProbeServer, SECRET, Served, Subject, TCP, unique};

/// The id in `internal error ID`, and that one error in the log carries it together with the secret.
fn check_concealed(status: &Status, log: &Log, what: &str) {
    assert_eq!(status.code(), Code::Internal, "{what}: {status}");
    assert!(!status.to_string().contains("hunter2"), "{what}: {status}");
    let id = status.message().strip_prefix("internal error ").unwrap_or_else(|| panic!("{what}: {status}"));
    assert_eq!(id.len(), 32, "{what}: {status}");
    let events = log.events();
    let logged: Vec<_> =
        events.iter().filter(|event| event.get("id").is_some_and(|known| known == id)).collect();
    assert_eq!(logged.len(), 1, "{what}: {events:?}");
    assert_eq!(logged[0]["level"], "ERROR", "{what}");
    assert!(logged[0]["source"].contains(SECRET), "{what}: {logged:?}");
}

#[tokio::test]
async fn a_panic_is_internal_with_an_id_that_the_log_carries() {
    let (log, _guard) = Log::capture();
    let (served, _) = Served::probe().await;
    let mut clients = served.clients().await;
    clients.push(("local", ProbeClient::local(Subject::new())));
    for (protocol, client) in clients {
        let panicked = client.panic().await.unwrap_err();
        check_concealed(&panicked, &log, protocol);
        assert_eq!(client.add(1, 2).await.unwrap(), 3, "{protocol}");
    }
}

#[tokio::test]
async fn the_connection_of_a_panic_lives_on_and_so_do_the_calls_on_it() {
    let (served, seen) = Served::probe().await;
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (mut send, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut call = |method: &str| {
        let request = Request::post(format!("http://{}/behaviour.v1.Probe/{method}", served.address()))
            .header("content-type", "application/grpc");
        let (response, mut body) = send.send_request(request.body(()).unwrap(), false).unwrap();
        body.send_data(Bytes::from_static(&[0; 5]), true).unwrap();
        response
    };
    let (held, panicked) = (call("Hold"), call("Panic"));
    assert_eq!(panicked.await.unwrap().headers()["grpc-status"], "13");
    assert_eq!(call("Add").await.unwrap().status(), 200);
    seen.release(1);
    assert_eq!(held.await.unwrap().status(), 200);
    assert!(!connection.is_finished());

    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    for method in ["panic", "add"] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"probe.{method}","params":[1,2]}}"#);
        let body = if method == "panic" { body.replace("[1,2]", "[]") } else { body };
        let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length:";
        stream.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
        let mut answer = [0; 4096];
        let len = timeout(Duration::from_secs(5), stream.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..len]).into_owned();
        let wanted = if method == "panic" { "-32013" } else { r#""result":3"# };
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(wanted), "{answer}");
    }
}

#[tokio::test]
async fn an_unexpected_errors_text_does_not_reach_the_wire() {
    let (log, _guard) = Log::capture();
    let (served, _) = Served::probe().await;
    for (protocol, client) in served.clients().await {
        check_concealed(&client.unexpected().await.unwrap_err(), &log, protocol);
    }
    // Nor does it stand in any other part of the answer.
    let address = served.address();
    let grpc = crate::support::grpc(address, "/behaviour.v1.Probe/Unexpected", &[], &[0; 5]).await;
    let json = r#"{"jsonrpc":"2.0","id":1,"method":"probe.unexpected"}"#;
    let json = crate::support::post(address, "application/json", "", json).await;
    let xml = "<?xml version=\"1.0\"?><methodCall><methodName>probe.unexpected</methodName></methodCall>";
    let xml = crate::support::post(address, "text/xml", "", xml).await;
    for answer in [format!("{grpc:?}"), format!("{json:?}"), format!("{xml:?}")] {
        assert!(answer.contains("internal error") && !answer.contains("hunter2"), "{answer}");
    }
}

/// Asks a probe downstream, and hands its failure on in two ways.
#[service(package = "behaviour.v1")]
trait Middle {
    async fn ask(&self) -> Result<()>;
    async fn ask_and_forward(&self) -> Result<()>;
}

struct Asking(ProbeClient);

impl Middle for Asking {
    async fn ask(&self) -> Result<()> {
        self.0.fail(7, SECRET.into()).await
    }

    async fn ask_and_forward(&self) -> Result<()> {
        self.0.fail(7, "not for you".into()).await.map_err(Status::forward)
    }
}

#[tokio::test]
async fn a_downstream_status_leaves_a_handler_as_internal_unless_it_was_forwarded() {
    let (log, _guard) = Log::capture();
    let (far, _) = Served::probe().await;
    for protocol in PROTOCOLS {
        let downstream = far.client(protocol).await;
        let server = Server::new().service(MiddleServer::new(Asking(downstream))).listen(TCP);
        let served = Served::start(server).await;
        for protocol in PROTOCOLS {
            let client = MiddleClient::new(Channel::connect(served.by(protocol)).await.unwrap());
            let hidden = client.ask().await.unwrap_err();
            assert_eq!(hidden.code(), Code::Internal, "{protocol}: {hidden}");
            assert!(!hidden.to_string().contains("hunter2"), "{protocol}: {hidden}");
            let id = hidden.message().strip_prefix("internal error ").unwrap().to_owned();
            let logged = log.events().into_iter().find(|event| event.get("id") == Some(&id)).unwrap();
            assert!(logged["status"].contains(SECRET), "{logged:?}");
            let forwarded = client.ask_and_forward().await.unwrap_err();
            assert_eq!((forwarded.code(), forwarded.message()), (Code::PermissionDenied, "not for you"));
        }
    }
}

#[tokio::test]
async fn a_bridge_forwards_what_its_client_received() {
    let (far, _) = Served::probe().await;
    let bridge = format!("mem:{}", unique("forwarding"));
    for protocol in PROTOCOLS {
        let server = Server::new().service(ProbeServer::new(far.client(protocol).await)).listen(&bridge);
        let served = Served::start(server).await;
        let failed = served.client("grpc").await.fail(7, "not for you".into()).await.unwrap_err();
        assert_eq!((failed.code(), failed.message()), (Code::PermissionDenied, "not for you"), "{protocol}");
        served.kill().await;
        tokio::task::yield_now().await;
    }
}

/// Fails with details of so many bytes.
struct Talkative;

#[service(package = "behaviour.v1")]
trait Detailed {
    async fn fail(&self, message: String, bytes: u32) -> Result<()>;
}

impl Detailed for Talkative {
    async fn fail(&self, message: String, bytes: u32) -> Result<()> {
        let detail = Detail::from_any("type.googleapis.com/a.B", vec![7; bytes as usize]);
        Err(Status::not_found(message).with_detail(detail))
    }
}

#[tokio::test]
async fn details_that_do_not_fit_into_headers_do_not_cost_the_status() {
    let served = Served::start(Server::new().service(DetailedServer::new(Talkative)).listen(TCP)).await;
    let long = "long ".repeat(20_000);
    for protocol in PROTOCOLS {
        let client = DetailedClient::connect(served.by(protocol)).await.unwrap();
        let large = client.fail("no order 7".into(), 100_000).await.unwrap_err();
        assert_eq!((large.code(), large.message()), (Code::NotFound, "no order 7"), "{protocol}");
        // Only JSON-RPC has its details in the body.
        assert_eq!(large.details().len(), usize::from(protocol == "jsonrpc"), "{protocol}");
        let small = client.fail(long.clone(), 100).await.unwrap_err();
        assert_eq!((small.code(), small.details().len()), (Code::NotFound, 1), "{protocol}");
        let begun = small.message().strip_suffix('…').unwrap_or(small.message());
        assert!(long.starts_with(begun) && begun.len() > 1000, "{protocol}");
    }
}
