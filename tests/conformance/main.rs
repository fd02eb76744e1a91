//! One suite, for every protocol on every listener: our generated client against our server, by the shared table of
//! cases. What a protocol cannot carry is a tag that the table knows.

#[path = "../../examples/conformance/call.rs"]
mod call;
mod cancellations;
mod program;
#[path = "../../examples/conformance/services/mod.rs"]
mod services;
#[path = "../foreign/table.rs"]
mod table;

use std::time::{Duration, Instant};

use polyrpc::{CallExt, Code, Context, Endpoint, Properties, Server, Status};
use serde_json::Value;
use table::{Case, Table};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use services::echo::{Echo, EchoClient};

/// A protocol, and what its limits are called in the table.
struct Protocol {
    name: &'static str,
    tags: &'static [&'static str],
}

const GRPC: Protocol = Protocol { name: "grpc", tags: &["grpc"] };
const JSONRPC: Protocol = Protocol { name: "jsonrpc", tags: &["jsonrpc"] };
const XMLRPC: Protocol = Protocol { name: "xmlrpc", tags: &["xmlrpc"] };

/// A server that stops when the test is over.
struct Served {
    endpoint: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Served {
    async fn on(listener: &str) -> Served {
        let server: Server = services::serve(Server::new()).listen(listener);
        let server = server.bind().await.unwrap();
        let endpoint = server.endpoints()[0].to_string();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(server.run_until(async { drop(stopped.await) }));
        Served { endpoint, stop, serving }
    }

    async fn end(self) {
        drop(self.stop);
        self.serving.await.unwrap();
    }
}

/// Everything that a caller can see.
async fn conforms(protocol: &Protocol, listener: &str) {
    let served = Served::on(listener).await;
    let endpoint = format!("{}+{}", protocol.name, served.endpoint);
    let properties = endpoint.parse::<Endpoint>().unwrap().properties();
    every_case(protocol, &endpoint).await;
    let echo = EchoClient::connect(&endpoint).await.unwrap();
    deadlines_end_calls(&echo).await;
    metadata_travels(&echo).await;
    one_way_calls_are_heard(&echo).await;
    if properties.streams {
        cancellations::are_counted_once(protocol, &echo).await;
    }
    limits_are_kept(&echo, properties).await;
    calls_run_at_once(&echo).await;
    served.end().await;
}

async fn every_case(protocol: &Protocol, endpoint: &str) {
    let table = Table::read();
    let (mut run, mut failed) = (0, Vec::new());
    for case in table.cases(protocol.tags) {
        run += 1;
        let method = format!("echo.{}", case.method());
        let outcome = call::call(endpoint, &method, &case.params().to_string()).await;
        if let Err(error) = check(&case, outcome.map_err(|failure| failure.to_string())) {
            failed.push(format!("{}: {error}", case.name()));
        }
    }
    assert!(run > 100 && failed.is_empty(), "of {run} cases failed:\n{}", failed.join("\n"));
}

fn check(case: &Case<'_>, outcome: Result<String, String>) -> Result<(), String> {
    match (case.error(), outcome) {
        (None, Ok(result)) => case.check(&serde_json::from_str(&result).map_err(|error| error.to_string())?),
        (None, Err(failure)) => Err(failure),
        (Some(expected), Ok(result)) => Err(format!("expected {expected}, got {result}")),
        (Some(expected), Err(failure)) => {
            let got: Value = serde_json::from_str(&failure).map_err(|error| error.to_string())?;
            let none = Value::Array(Vec::new());
            let same = got["code"] == expected["code"]
                && expected.get("message").is_none_or(|message| *message == got["message"])
                && got["details"] == *expected.get("details").unwrap_or(&none);
            if same { Ok(()) } else { Err(format!("expected {expected}, got {got}")) }
        }
    }
}

async fn deadlines_end_calls(echo: &EchoClient) {
    let start = Instant::now();
    let late = echo.sleep(20_000).within(Duration::from_millis(100)).await;
    assert_eq!(late.map_err(|status| status.code()), Err(Code::DeadlineExceeded));
    assert!(start.elapsed() < Duration::from_secs(5));
}

async fn metadata_travels(echo: &EchoClient) {
    let cx = Context::current();
    let call = echo.metadata(&cx).header("X-Text", "a b%20").header_bin("x-raw-bin", b"\0\xff");
    let metadata = call.await.unwrap();
    assert_eq!(metadata.get("x-text").map(String::as_str), Some("a b%20"));
    assert_eq!(metadata.get("x-raw-bin").map(|text| text.trim_end_matches('=')), Some("AP8"));
    let strange =
        metadata.keys().find(|key| key.starts_with("grpc-") || *key == "content-type" || *key == "te");
    assert_eq!(strange, None);
}

async fn one_way_calls_are_heard(echo: &EchoClient) {
    echo.notify("heard".into()).await.unwrap();
    echo.as_ref().drain().await.unwrap();
    assert!(echo.notified().await.unwrap().contains(&"heard".to_owned()));
}

/// The transport's limit if it has one, else the server's.
async fn limits_are_kept(echo: &EchoClient, properties: Properties) {
    // Base64 makes a third more of it, and there is something around it.
    let most = properties.largest.map_or(3_000_000, |largest| largest.min(4 << 20) / 2);
    assert_eq!(echo.size(&vec![7; most as usize]).await.unwrap(), most);
    assert_eq!(echo.blob(most).await.unwrap().len() as u64, most);
    let large = echo.size(&vec![7; 5 << 20]).await.unwrap_err();
    assert_eq!(large.code(), Code::ResourceExhausted, "{large}");
    let large = echo.blob(5 << 20).await.unwrap_err();
    assert_eq!(large.code(), Code::ResourceExhausted, "{large}");
    // The connection, or a fresh one, serves on.
    assert_eq!(echo.sum(1, 2).await.unwrap(), 3);
}

async fn calls_run_at_once(echo: &EchoClient) {
    let start = Instant::now();
    let calls = (0..50).map(|_| {
        let echo = echo.clone();
        tokio::spawn(async move { echo.sleep(200).await })
    });
    let outcomes: Vec<Result<(), Status>> =
        futures_util::future::join_all(calls).await.into_iter().map(Result::unwrap).collect();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert!(start.elapsed() < Duration::from_secs(5), "one after the other they take 10 s");
}

#[test]
fn the_proto_file_names_every_method() {
    let files = polyrpc_codegen::proto(&services::SCHEMAS).unwrap();
    let [file] = files.as_slice() else { panic!("all services are of one package") };
    for method in services::SCHEMAS.iter().flat_map(|service| service.methods) {
        assert!(file.text.contains(&format!("rpc {}(", method.grpc_name())), "{}", method.full_name());
    }
}

macro_rules! instantiate {
    ($($protocol:ident: $of:expr;)*) => {
        $(mod $protocol {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_tcp() {
                conforms(&$of, "tcp://127.0.0.1:0").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_unix() {
                let folder = polyrpc_test_support::scratch("conformance");
                conforms(&$of, &format!("unix:{}", folder.join("s").display())).await;
                std::fs::remove_dir_all(folder).unwrap();
            }

            #[cfg(target_os = "linux")]
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_an_abstract_name() {
                let name = concat!("polyrpc-conformance-", stringify!($protocol));
                conforms(&$of, &format!("unix:@{name}-{}", std::process::id())).await;
            }

            #[cfg(target_os = "linux")]
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_queue() {
                let queue = polyrpc_test_support::QueueEndpoint::new("conformance");
                conforms(&$of, &queue).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_mem() {
                conforms(&$of, concat!("mem:conformance-", stringify!($protocol))).await;
            }
        })*
    };
}

instantiate! {
    grpc: GRPC;
    jsonrpc: JSONRPC;
    xmlrpc: XMLRPC;
}
