//! Our generated client streams with foreign gRPC servers.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use polyrpc::{CallExt, Code, Result, RpcError, Status, StreamSender, Streaming, service};
use polyrpc_test_support::{Conformance, Missing, Peers, Server, stubs};
use tokio::sync::oneshot;

use crate::{Outcome, Suite};

/// How long a suite may take.
const WITHIN: Duration = Duration::from_secs(120);

/// The streaming methods of the conformance program.
#[service(package = "polyrpc.conformance.v1")]
trait Echo {
    async fn sum(&self, a: i64, b: i64) -> Result<i64>;
    async fn count(&self, n: u64, interval_millis: Option<u64>) -> Result<Streaming<u64>>;
    async fn collect(&self, values: Streaming<u64>) -> Result<u64>;
    async fn chat(&self, lines: Streaming<String>) -> Result<Streaming<String>>;
    async fn fail_after(&self, n: u64) -> Result<Streaming<u64, EchoError>, EchoError>;
    async fn observed_cancellations(&self) -> Result<u64>;
}

#[derive(Debug, RpcError)]
enum EchoError {
    #[rpc(NotFound, "nothing has the id {id}")]
    Typed { id: u64 },
    #[rpc(status)]
    Status(Status),
}

/// A script that serves `Echo`.
struct Foreign {
    name: &'static str,
    script: &'static str,
    peers: fn() -> Result<Peers, Missing>,
}

const SERVERS: [Foreign; 2] = [
    Foreign { name: "grpcio", script: "grpc_server.py", peers: Peers::python },
    Foreign { name: "grpc-js", script: "grpc_server.js", peers: Peers::node },
];

pub(crate) fn suites() -> Vec<Suite> {
    SERVERS
        .iter()
        .map(|server| Suite::new(format!("server {} streams", server.name), move || calls(server)))
        .collect()
}

fn calls(foreign: &Foreign) -> Outcome {
    let peers = (foreign.peers)()?;
    let mut command = peers.script(foreign.script);
    command.arg("--proto-dir").arg(stubs(&Peers::python()?, &Conformance::get()?)?);
    let server = Server::start(command, 1)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let echo = EchoClient::connect(&*server.endpoints()[0]).await.map_err(|status| status.to_string())?;
        tokio::time::timeout(WITHIN, every_case(&echo))
            .await
            .map_err(|_| format!("it hangs for {WITHIN:?}").into())
    })
}

async fn every_case(echo: &EchoClient) {
    replies(echo).await;
    requests(echo).await;
    both_ways(echo).await;
    typed_errors(echo).await;
    early_failure(echo).await;
    cancellation(echo).await;
    deadline(echo).await;
    many_cancellations(echo).await;
}

async fn replies(echo: &EchoClient) {
    let counted: Vec<u64> = echo.count(1000, None).await.unwrap().map(|item| item.unwrap()).collect().await;
    assert_eq!(counted, (0..1000).collect::<Vec<_>>());
    let mut counting = echo.count(2, Some(1)).await.unwrap();
    while counting.message().await.unwrap().is_some() {
        assert!(counting.trailers().is_none());
    }
    assert_eq!(counting.trailers().unwrap().get("x-counted"), Some("2"));
    assert_eq!(echo.count(0, None).await.unwrap().message().await.unwrap(), None);
}

async fn requests(echo: &EchoClient) {
    assert_eq!(echo.collect(Streaming::from_items(0..1000)).await.unwrap(), 499_500);
    assert_eq!(echo.collect(Streaming::from_items([])).await.unwrap(), 0);
}

/// A call of `chat`, and its first line: foreign servers send their head with the first reply, not before.
async fn chat(echo: &EchoClient, first: &str) -> (StreamSender<String, Status>, Streaming<String>) {
    let (sender, lines) = Streaming::channel(1);
    sender.send(first.to_owned()).await.unwrap();
    let mut heard = echo.chat(lines).await.unwrap();
    assert_eq!(heard.message().await.unwrap(), Some(first.to_uppercase()));
    (sender, heard)
}

async fn both_ways(echo: &EchoClient) {
    let (sender, mut heard) = chat(echo, "first").await;
    for said in ["one", "", "zwölf"] {
        sender.send(said.to_owned()).await.unwrap();
        assert_eq!(heard.message().await.unwrap(), Some(said.to_uppercase()));
    }
    drop(sender);
    assert_eq!(heard.message().await.unwrap(), None);
}

async fn typed_errors(echo: &EchoClient) {
    let mut failing = echo.fail_after(3).await.unwrap();
    for expected in 0..3 {
        assert_eq!(failing.message().await.unwrap(), Some(expected));
    }
    assert!(matches!(failing.message().await, Err(EchoError::Typed { id: 3 })));
}

/// A server that fails while its caller still sends.
async fn early_failure(echo: &EchoClient) {
    let (stopped, stops) = oneshot::channel();
    let endless = Streaming::produce(async move |out| {
        let _stopped = stopped;
        out.send(u64::MAX).await;
        loop {
            out.send(1).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let failed = echo.collect(endless).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::OutOfRange, "the sum is beyond 64 bits"));
    // The producer is dropped with the call.
    let _: Result<(), _> = tokio::time::timeout(Duration::from_secs(1), stops).await.unwrap();
}

async fn observed_soon(echo: &EchoClient, count: u64) {
    let start = Instant::now();
    while echo.observed_cancellations().await.unwrap() < count {
        assert!(start.elapsed() < Duration::from_secs(5), "it was never observed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(echo.observed_cancellations().await.unwrap(), count);
}

async fn cancellation(echo: &EchoClient) {
    let before = echo.observed_cancellations().await.unwrap();
    let mut counting = echo.count(1_000_000, Some(1)).await.unwrap();
    assert_eq!(counting.message().await.unwrap(), Some(0));
    drop(counting);
    observed_soon(echo, before + 1).await;
}

async fn deadline(echo: &EchoClient) {
    let before = echo.observed_cancellations().await.unwrap();
    let mut counting = echo.count(1_000_000, Some(20)).within(Duration::from_millis(300)).await.unwrap();
    let mut seen = 0;
    let failed = loop {
        match counting.message().await {
            Ok(item) => seen += item.map_or_else(|| panic!("it ended"), |_| 1),
            Err(failed) => break failed,
        }
    };
    assert_eq!(failed.code(), Code::DeadlineExceeded, "{failed}");
    assert!((1..=16).contains(&seen), "{seen}");
    observed_soon(echo, before + 1).await;
}

/// Streams that are dropped one after the other, on the connection of one that goes on.
async fn many_cancellations(echo: &EchoClient) {
    let before = echo.observed_cancellations().await.unwrap();
    let (sender, mut steady) = chat(echo, "steady").await;
    for number in 0..1000 {
        let mut counting = echo.count(1_000_000, Some(1)).await.unwrap();
        assert_eq!(counting.message().await.unwrap(), Some(0));
        drop(counting);
        if number % 100 == 0 {
            sender.send(format!("still {number}")).await.unwrap();
            assert_eq!(steady.message().await.unwrap(), Some(format!("STILL {number}")));
        }
    }
    observed_soon(echo, before + 1000).await;
    assert_eq!(echo.sum(1, 2).await.unwrap(), 3);
    drop(sender);
    assert_eq!(steady.message().await.unwrap(), None);
}
