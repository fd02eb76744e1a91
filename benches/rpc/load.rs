//! A round: as many calls as there is time for, from so many callers at once.

use std::io;
use std::time::{Duration, Instant};

use crate::client::Caller;
use crate::measure::process::Process;
use crate::measure::{Load, Round};
use crate::servers::Server;
use crate::workload::{Protocol, Workload};

/// A server and those who call it.
pub(crate) struct Loaded {
    server: Server,
    process: Process,
    callers: Vec<Caller>,
    length: usize,
}

impl Loaded {
    /// Connects to a server, and sees to it that its answer is right.
    pub(crate) async fn connect(
        server: Server,
        process: Process,
        (protocol, workload): (Protocol, Workload),
        in_flight: usize,
    ) -> io::Result<Loaded> {
        let mut callers = Caller::connect(&process.address, protocol, workload, in_flight).await?;
        let Some(first) = callers.first_mut() else {
            return Err(io::Error::other("there is nobody to call"));
        };
        let answer = first.ask().await?;
        if !workload.is_answered(protocol, &answer) {
            let start = String::from_utf8_lossy(&answer[..answer.len().min(400)]);
            return Err(io::Error::other(format!("{server} answers {protocol} {workload} with {start}")));
        }
        Ok(Loaded { server, process, callers, length: answer.len() })
    }

    /// Lets each caller call for as long as `more` says of the calls that it made already.
    pub(crate) async fn calls(
        &mut self,
        more: impl Fn(usize) -> bool + Copy + Send + 'static,
        latencies: &mut Vec<u32>,
    ) -> io::Result<usize> {
        let length = self.length;
        let calling: Vec<_> =
            self.callers.drain(..).map(|caller| tokio::spawn(call_while(caller, length, more))).collect();
        let mut calls = 0;
        for caller in calling {
            let (caller, its) = caller.await??;
            self.callers.push(caller);
            calls += its.len();
            latencies.extend(its);
        }
        Ok(calls)
    }

    /// The server, once nobody calls it.
    pub(crate) fn into_process(self) -> Process {
        self.process
    }
}

impl Load for Loaded {
    fn name(&self) -> &'static str {
        self.server.name()
    }

    async fn round(&mut self, time: Duration) -> io::Result<Round> {
        let mut latencies = Vec::new();
        let before = self.process.cpu()?;
        let start = Instant::now();
        let calls = self.calls(move |_| start.elapsed() < time, &mut latencies).await?;
        let elapsed = start.elapsed();
        Ok(Round::of(calls, elapsed, self.process.cpu()?.saturating_sub(before), latencies))
    }
}

async fn call_while(
    mut caller: Caller,
    length: usize,
    more: impl Fn(usize) -> bool,
) -> io::Result<(Caller, Vec<u32>)> {
    let mut latencies = Vec::with_capacity(1024);
    while more(latencies.len()) {
        let start = Instant::now();
        let got = caller.call().await?;
        if got != length {
            return Err(io::Error::other(format!("{got} bytes were answered instead of {length}")));
        }
        latencies.push(u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX));
    }
    Ok((caller, latencies))
}
