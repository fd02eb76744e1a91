//! A million messages of eight bytes, to readers that nobody here wrote, and to one that sleeps.

use std::process::Command;
use std::time::Duration;

use ::tonic::transport::Endpoint;
use polyrpc::{Result, Server, Streaming, service};
use polyrpc_test_support::{Conformance, Peers, Policy, finish};
use tokio::task::JoinHandle;

use crate::wire::{Raw, varint};

/// Messages in a stream.
const MILLION: u64 = 1_000_000;

/// The least number whose message has eight bytes.
const EIGHT: u64 = 1 << 42;

/// Memory, in KiB, by which a server may grow for a reader that is slow.
const GROWTH: u64 = 32 << 10;

#[service(package = "flood.v1")]
trait Floods {
    /// `n` messages of eight bytes.
    async fn flood(&self, n: u64) -> Result<Streaming<u64>>;
    /// How many came.
    async fn swallow(&self, values: Streaming<u64>) -> Result<u64>;
}

struct Source;

impl Floods for Source {
    async fn flood(&self, n: u64) -> Result<Streaming<u64>> {
        Ok(Streaming::from_items((0..n).map(|i| EIGHT + i)))
    }

    async fn swallow(&self, mut values: Streaming<u64>) -> Result<u64> {
        let mut count = 0;
        while values.message().await?.is_some() {
            count += 1;
            lag(count).await;
        }
        Ok(count)
    }
}

/// Lets what is sent pile up, now and then.
async fn lag(count: u64) {
    if count.is_multiple_of(50_000) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Where a server listens, and that server.
async fn serve() -> (String, JoinHandle<()>) {
    let server = Server::new().service(FloodsServer::new(Source)).listen("tcp://127.0.0.1:0");
    let server = server.bind().await.unwrap();
    let address = server.endpoints()[0].to_string();
    (address.replace("tcp://", ""), tokio::spawn(server.run_until(std::future::pending())))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_messages_reach_a_tonic_client_that_lags() {
    let (address, serving) = serve().await;
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    let request = tonic::Request::new([vec![0x08], varint(MILLION)].concat());
    let path = http::uri::PathAndQuery::from_static("/flood.v1.Floods/Flood");
    let mut flood = client.server_streaming(request, path, Raw).await.unwrap().into_inner();
    let mut count = 0;
    while let Some(message) = flood.message().await.unwrap() {
        assert_eq!(message, [vec![0x08], varint(EIGHT + count)].concat());
        assert_eq!(message.len(), 8);
        count += 1;
        lag(count).await;
    }
    assert_eq!(count, MILLION);
    serving.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_messages_come_from_our_client_to_a_handler_that_lags() {
    let (address, serving) = serve().await;
    let client = FloodsClient::connect(format!("tcp://{address}")).await.unwrap();
    let values = Streaming::from_items((0..MILLION).map(|i| EIGHT + i));
    assert_eq!(client.swallow(values).await.unwrap(), MILLION);
    serving.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_messages_reach_grpcio() {
    let python = match Peers::python() {
        Ok(python) => python,
        Err(missing) if Policy::get() == Policy::Require => panic!("{missing}"),
        Err(missing) => return println!("left out: {missing}"),
    };
    let (address, serving) = serve().await;
    let mut command: Command = python.script("grpc_flood.py");
    command.args([&address, &MILLION.to_string()]);
    let done = tokio::task::spawn_blocking(|| finish(command, Duration::from_secs(240)).unwrap());
    let done = done.await.unwrap();
    assert!(done.success && done.stdout.trim() == MILLION.to_string(), "{}{}", done.stdout, done.stderr);
    serving.abort();
}

/// The streaming method of the conformance program.
#[service(package = "polyrpc.conformance.v1")]
trait Echo {
    async fn count(&self, n: u64, interval_millis: Option<u64>) -> Result<Streaming<u64>>;
}

/// Resident memory of a process, in KiB.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_sleeps_keeps_the_memory_of_the_server_bounded() {
    let served = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
    let client = EchoClient::connect(&*served.endpoints()[0]).await.unwrap();
    // What the first calls need is not what a slow reader costs.
    let mut warm = client.count(1000, None).await.unwrap();
    while warm.message().await.unwrap().is_some() {}
    let before = resident(served.id());
    let mut most = before;
    let mut counting = client.count(MILLION, None).await.unwrap();
    for expected in 0..MILLION {
        if expected % 100_000 == 1 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            most = most.max(resident(served.id()));
        }
        assert_eq!(counting.message().await.unwrap(), Some(expected));
    }
    assert_eq!(counting.message().await.unwrap(), None);
    assert!(most - before <= GROWTH, "it grew by {} KiB", most - before);
}
