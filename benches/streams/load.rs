//! A round: as many calls as there is time for, over one connection.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::case::{Case, ITEMS, SUM, Workload};
use crate::libraries::{Client, Library};
use crate::measure::process::{Process, cpu};
use crate::measure::{Load, Round};

/// A server, and its library's own client.
pub(crate) struct Loaded {
    library: Library,
    process: Process,
    client: Client,
    workload: Workload,
    in_flight: usize,
}

impl Loaded {
    pub(crate) async fn connect(library: Library, process: Process, case: &Case) -> io::Result<Loaded> {
        let client = Client::connect(library, case.link, &process.address).await?;
        Ok(Loaded { library, process, client, workload: case.workload, in_flight: case.in_flight })
    }

    /// Ends the server.
    pub(crate) fn stop(self) -> io::Result<()> {
        let path = Path::new(&self.process.address);
        if path.exists() {
            std::fs::remove_file(path)?;
        }
        self.process.stop()
    }

    /// Calls until the time is over; how many answers or items there were.
    async fn load(&mut self, until: Instant, latencies: &mut Vec<u32>) -> io::Result<usize> {
        let before = latencies.len();
        match (&mut self.client, self.workload) {
            (client, Workload::Items) => {
                while Instant::now() < until {
                    let start = Instant::now();
                    client.items().await?;
                    latencies.push(nanos(start));
                }
                return Ok((latencies.len() - before) * ITEMS as usize);
            }
            // It calls in one loop: it has no tasks that wait.
            (Client::Lines(lines), Workload::Small) => lines.calls(self.in_flight, until, latencies).await?,
            (client, Workload::Small) => {
                let callers = (0..self.in_flight).map(|_| tokio::spawn(call_until(client.clone(), until)));
                for caller in callers.collect::<Vec<_>>() {
                    latencies.extend(caller.await??);
                }
            }
        }
        Ok(latencies.len() - before)
    }
}

impl Load for Loaded {
    fn name(&self) -> &'static str {
        self.library.name()
    }

    /// Both ends are the library's, so the CPU time is that of both.
    async fn round(&mut self, time: Duration) -> io::Result<Round> {
        let mut latencies = Vec::new();
        let before = self.process.cpu()? + cpu();
        let start = Instant::now();
        let count = self.load(start + time, &mut latencies).await?;
        let elapsed = start.elapsed();
        let used = (self.process.cpu()? + cpu()).saturating_sub(before);
        Ok(Round::of(count, elapsed, used, latencies))
    }
}

async fn call_until(mut client: Client, until: Instant) -> io::Result<Vec<u32>> {
    let mut latencies = Vec::with_capacity(1024);
    while Instant::now() < until {
        let start = Instant::now();
        let answer = client.small().await?;
        if answer != SUM {
            return Err(io::Error::other(format!("{answer} was answered instead of {SUM}")));
        }
        latencies.push(nanos(start));
    }
    Ok(latencies)
}

/// Nanoseconds since a call began.
pub(crate) fn nanos(start: Instant) -> u32 {
    u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX)
}
