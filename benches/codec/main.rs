//! Encoding and decoding alone: ours beside prost's derive, serde's derive and dxr, in rounds that take turns.
//!
//! `cargo bench --bench codec -- [--json] [--quick]`

mod cases;
#[path = "../model/mod.rs"]
mod model;
mod small;

use std::hint::black_box;
use std::time::Instant;

use cases::{Case, cases};

fn main() {
    let has = |word: &str| std::env::args().any(|argument| argument == word);
    // Without `--bench` it runs as a test.
    let rounds = if has("--bench") && !has("--quick") { 51 } else { 3 };
    if !has("--json") {
        println!("codec    value  does    peer    ours ns  peer ns  ours ÷ peer");
    }
    for mut case in cases() {
        let [ours, peer, ratio] = measure(&mut case, rounds);
        let Case { codec, value, does, peer: name, .. } = case;
        if has("--json") {
            let line = serde_json::json!({
                "codec": codec, "value": value, "does": does, "peer": name,
                "ours_ns": ours, "peer_ns": peer, "ratio": ratio,
            });
            println!("{line}");
        } else {
            println!("{codec:8} {value:6} {does:7} {name:6} {ours:8.0} {peer:8.0} {ratio:12.2}");
        }
    }
}

/// Nanoseconds of ours and of the peer, the least of all rounds, and the median of their ratios.
fn measure(case: &mut Case, rounds: usize) -> [f64; 3] {
    let times = repetitions(&mut case.ours);
    let mut pairs = Vec::with_capacity(rounds);
    for round in 0..rounds {
        // Each goes first in every other round.
        let pair = match round % 2 {
            0 => {
                let ours = run(&mut case.ours, times);
                (ours, run(&mut case.theirs, times))
            }
            _ => {
                let theirs = run(&mut case.theirs, times);
                (run(&mut case.ours, times), theirs)
            }
        };
        pairs.push(pair);
    }
    let mut ratios: Vec<f64> = pairs.iter().map(|(ours, theirs)| ours / theirs).collect();
    ratios.sort_by(f64::total_cmp);
    let least = |side: fn(&(f64, f64)) -> f64| pairs.iter().map(side).fold(f64::INFINITY, f64::min);
    [least(|pair| pair.0), least(|pair| pair.1), ratios[ratios.len() / 2]]
}

/// How often something is to be done so that it takes about 2 ms.
fn repetitions(work: &mut dyn FnMut()) -> u32 {
    let mut times = 1;
    while times < 1 << 20 && run(work, times) * f64::from(times) < 2e6 {
        times *= 2;
    }
    times
}

/// Nanoseconds that it takes once.
fn run(work: &mut dyn FnMut(), times: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    black_box(start.elapsed()).as_nanos() as f64 / f64::from(times)
}
