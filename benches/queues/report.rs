//! How the figures are printed.

use serde_json::json;

use crate::case::{Aim, Case, InFlight};
use crate::measure::Figures;

/// What stands above the table.
pub(crate) const HEADING: &str = "\
protocol in flight  over        calls/s    p50 µs    p99 µs  CPU µs/call  CPU ratio  ratio                  aim";

/// A block of the table: ours, and each peer with ours ÷ peer and what is aimed at.
pub(crate) fn table(case: &Case, ours: &Figures, peers: &[(&Figures, Option<Aim>)]) {
    println!("{}", row(case, ours));
    for (peer, aim) in peers {
        let (of, ratio) = ratio(case, ours, peer);
        let aim = aim.map_or_else(String::new, |aim| {
            let met = if aim.is_met_by(ratio) { "met" } else { "missed" };
            match aim {
                Aim::AtMost(most) => format!("≤ {most:.1} {met}"),
                Aim::AtLeast(least) => format!("≥ {least:.1} {met}"),
            }
        });
        let cpu = ours.cpu_ratio(peer);
        println!("{}  {cpu:9.2}  {of:>7} {ratio:6.2}  {aim}", row(case, peer));
    }
}

/// What counts in a case, and ours ÷ peer of it.
fn ratio(case: &Case, ours: &Figures, peer: &Figures) -> (&'static str, f64) {
    match case.in_flight {
        InFlight::One => ("p50", ours.paired(peer, |round| round.latency(0.5))),
        InFlight::Many => ("calls/s", ours.ratio(peer)),
    }
}

fn row(case: &Case, figures: &Figures) -> String {
    format!(
        "{:8} {:9}  {:8}  {:9.0}  {:8.1}  {:8.1}  {:11.2}",
        case.protocol.name(),
        case.in_flight.number(),
        figures.name,
        figures.per_s(),
        figures.latency(0.5),
        figures.latency(0.99),
        figures.cpu()
    )
}

/// One object per peer, a line each.
pub(crate) fn json(case: &Case, ours: &Figures, peers: &[(&Figures, Option<Aim>)]) {
    for (peer, aim) in peers {
        let (of, ratio) = ratio(case, ours, peer);
        let (at_most, at_least) = match aim {
            Some(Aim::AtMost(most)) => (Some(most), None),
            Some(Aim::AtLeast(least)) => (None, Some(least)),
            None => (None, None),
        };
        let line = json!({
            "protocol": case.protocol.name(),
            "in_flight": case.in_flight.number(),
            "peer": peer.name,
            "ours_calls_per_s": ours.per_s(),
            "peer_calls_per_s": peer.per_s(),
            "ours_p50_us": ours.latency(0.5),
            "peer_p50_us": peer.latency(0.5),
            "of": of,
            "ratio": ratio,
            "at_most": at_most,
            "at_least": at_least,
            "met": aim.map(|aim| aim.is_met_by(ratio)),
            "cpu_ratio": ours.cpu_ratio(peer),
        });
        println!("{line}");
    }
}
