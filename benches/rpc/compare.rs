//! Ours beside its peers: one workload, in rounds that take turns.

use std::io;
use std::time::Duration;

use crate::load::{Loaded, Round};
use crate::servers::Server;
use crate::workload::{Protocol, Workload};

/// What is measured.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) protocol: Protocol,
    pub(crate) workload: Workload,
    pub(crate) in_flight: usize,
}

/// One server's figures.
pub(crate) struct Figures {
    pub(crate) server: Server,
    rounds: Vec<Round>,
    latencies: Vec<u32>,
}

impl Figures {
    pub(crate) fn calls_per_s(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.calls_per_s))
    }

    /// The server's CPU time for a call, in microseconds.
    pub(crate) fn cpu(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.cpu))
    }

    /// The latency that a share of the calls stays below, in microseconds.
    pub(crate) fn latency(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        self.latencies.get(index).map_or(0.0, |&nanos| f64::from(nanos) / 1e3)
    }

    /// Ours ÷ peer, the median over the rounds that stood side by side: calls per second.
    pub(crate) fn ratio(&self, peer: &Figures) -> f64 {
        self.paired(peer, |round| round.calls_per_s)
    }

    /// Ours ÷ peer, the median over the rounds that stood side by side: CPU time for a call.
    pub(crate) fn cpu_ratio(&self, peer: &Figures) -> f64 {
        self.paired(peer, |round| round.cpu)
    }

    fn paired(&self, peer: &Figures, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().zip(&peer.rounds).map(|(ours, theirs)| figure(ours) / figure(theirs)))
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

/// Runs the rounds: in each, every server has its turn, and the one that begins changes.
pub(crate) async fn compare(
    loaded: &mut [Loaded],
    rounds: usize,
    time: Duration,
) -> io::Result<Vec<Figures>> {
    for server in loaded.iter_mut() {
        server.round(time / 4).await?;
        server.latencies.clear();
    }
    let mut shown: Vec<Vec<Round>> = loaded.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for round in 0..rounds {
        for turn in 0..loaded.len() {
            let index = (round + turn) % loaded.len();
            shown[index].push(loaded[index].round(time).await?);
        }
    }
    let figures = loaded.iter_mut().zip(shown).map(|(loaded, rounds)| {
        let mut latencies = std::mem::take(&mut loaded.latencies);
        latencies.sort_unstable();
        Figures { server: loaded.server, rounds, latencies }
    });
    Ok(figures.collect())
}
