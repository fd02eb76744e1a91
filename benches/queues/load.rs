//! A round: as many calls as there is time for, by one client.

use std::io;
use std::time::{Duration, Instant};

use crate::carriers::{Carrier, Client};
use crate::case::Case;
use crate::measure::process::{Process, cpu};
use crate::measure::{Load, Round};
use crate::names::Names;

/// A server, and its client.
pub(crate) struct Loaded {
    carrier: Carrier,
    client: Client,
    in_flight: usize,
    process: Process,
    /// Dropped last: what is left of the server has no process then.
    names: Names,
}

impl Loaded {
    pub(crate) async fn connect(
        carrier: Carrier,
        process: Process,
        names: Names,
        case: &Case,
    ) -> io::Result<Loaded> {
        let client = Client::connect(carrier, case.protocol, &process.address, &names).await?;
        Ok(Loaded { carrier, client, in_flight: case.in_flight.number(), process, names })
    }

    /// Ends the server.
    pub(crate) fn stop(self) -> io::Result<()> {
        drop(self.client);
        let stopped = self.process.stop();
        drop(self.names);
        stopped
    }
}

impl Load for Loaded {
    fn name(&self) -> &'static str {
        self.carrier.name()
    }

    /// Both ends are the carrier's, so the CPU time is that of both.
    async fn round(&mut self, time: Duration) -> io::Result<Round> {
        let before = self.process.cpu()? + cpu();
        let start = Instant::now();
        let latencies = self.client.calls(self.in_flight, start + time).await?;
        let elapsed = start.elapsed();
        let used = (self.process.cpu()? + cpu()).saturating_sub(before);
        Ok(Round::of(latencies.len(), elapsed, used, latencies))
    }
}

/// Nanoseconds since a call began.
pub(crate) fn nanos(start: Instant) -> u32 {
    u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX)
}
