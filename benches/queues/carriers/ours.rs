//! polyrpc, with everything at its default: limits, deadlines, cancellation.

use std::io;
use std::time::Instant;

use polyrpc::{Server, Status};

use crate::case::{ARGUMENTS, Protocol, SUM};
use crate::load::nanos;

pub(super) type Client = BenchClient;

/// What is called.
#[polyrpc::service(package = "bench.v1")]
pub(crate) trait Bench {
    /// Adds.
    async fn small(&self, a: i64, b: i64) -> polyrpc::Result<i64>;
}

struct Numbers;

impl Bench for Numbers {
    async fn small(&self, a: i64, b: i64) -> polyrpc::Result<i64> {
        Ok(a + b)
    }
}

/// The URL to call, and what serves there.
pub(super) async fn bound(url: &str) -> io::Result<(String, impl Future<Output = ()> + Send + use<>)> {
    let server = Server::new().service(BenchServer::new(Numbers)).listen(url).bind().await;
    let server = server.map_err(io::Error::other)?;
    let address = server.endpoints().first().map(ToString::to_string).unwrap_or_default();
    Ok((address, server.run_until(std::future::pending())))
}

pub(super) async fn connect(protocol: Protocol, address: &str) -> Result<Client, Status> {
    BenchClient::connect(&format!("{}+{address}", protocol.name())).await
}

/// Makes so many calls at once until the time is over.
pub(super) async fn calls(client: &Client, in_flight: usize, until: Instant) -> io::Result<Vec<u32>> {
    let callers = (0..in_flight).map(|_| tokio::spawn(call_until(client.clone(), until)));
    let mut latencies = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        latencies.extend(caller.await??);
    }
    Ok(latencies)
}

async fn call_until(client: Client, until: Instant) -> io::Result<Vec<u32>> {
    let mut latencies = Vec::with_capacity(1024);
    while Instant::now() < until {
        let start = Instant::now();
        let answer = client.small(ARGUMENTS.0, ARGUMENTS.1).await.map_err(io::Error::other)?;
        if answer != SUM {
            return Err(io::Error::other(format!("{answer} was answered instead of {SUM}")));
        }
        latencies.push(nanos(start));
    }
    Ok(latencies)
}
