//! Ours beside its peers, in rounds that take turns.

use std::io;
use std::time::Duration;

/// What is loaded in rounds.
pub(crate) trait Load {
    /// The library that is measured.
    fn name(&self) -> &'static str;

    /// Runs a round. Its calls all end in it, so that their CPU time is whole.
    async fn round(&mut self, time: Duration) -> io::Result<Round>;
}

/// What a round showed.
pub(crate) struct Round {
    pub(crate) per_s: f64,
    /// The CPU time of one, in microseconds.
    pub(crate) cpu: f64,
    /// Of the calls, in nanoseconds, the shortest first.
    latencies: Vec<u32>,
}

impl Round {
    /// So many, in a time, for so much CPU time; and the latencies of the calls, in nanoseconds.
    pub(crate) fn of(count: usize, elapsed: Duration, cpu: Duration, mut latencies: Vec<u32>) -> Round {
        latencies.sort_unstable();
        let count = count as f64;
        Round { per_s: count / elapsed.as_secs_f64(), cpu: cpu.as_secs_f64() * 1e6 / count, latencies }
    }

    /// The latency that a share of the calls stays below, in microseconds.
    pub(crate) fn latency(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        self.latencies.get(index).map_or(0.0, |&nanos| f64::from(nanos) / 1e3)
    }
}

/// The figures of one library.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    rounds: Vec<Round>,
}

impl Figures {
    pub(crate) fn per_s(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.per_s))
    }

    /// The CPU time of one, in microseconds.
    pub(crate) fn cpu(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.cpu))
    }

    /// The latency that a share of the calls of a round stays below, in microseconds.
    pub(crate) fn latency(&self, share: f64) -> f64 {
        median(self.rounds.iter().map(|round| round.latency(share)))
    }

    /// Ours ÷ peer, the median over the rounds that stood side by side: how many per second.
    pub(crate) fn ratio(&self, peer: &Figures) -> f64 {
        self.paired(peer, |round| round.per_s)
    }

    /// Ours ÷ peer, the median over the rounds that stood side by side: the CPU time of one.
    pub(crate) fn cpu_ratio(&self, peer: &Figures) -> f64 {
        self.paired(peer, |round| round.cpu)
    }

    /// Ours ÷ peer, the median over the rounds that stood side by side: any figure of a round.
    pub(crate) fn paired(&self, peer: &Figures, figure: impl Fn(&Round) -> f64) -> f64 {
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

/// Runs the rounds: in each, every library has its turn, and the one that begins changes.
pub(crate) async fn compare(
    loaded: &mut [impl Load],
    rounds: usize,
    time: Duration,
) -> io::Result<Vec<Figures>> {
    let mut figures = Vec::with_capacity(loaded.len());
    for load in loaded.iter_mut() {
        load.round(time / 4).await?;
        figures.push(Figures { name: load.name(), rounds: Vec::with_capacity(rounds) });
    }
    for round in 0..rounds {
        for turn in 0..loaded.len() {
            let index = (round + turn) % loaded.len();
            figures[index].rounds.push(loaded[index].round(time).await?);
        }
    }
    Ok(figures)
}
