//! How the figures are printed.

use serde_json::json;

use crate::measure::Figures;
use crate::workload::Case;

/// What stands above the table.
pub(crate) const HEADING: &str = "\
protocol workload in flight  server       calls/s    p50 µs    p99 µs  CPU µs/call   ratio  CPU ratio";

/// A block of the table: ours, and each peer with ours ÷ peer.
pub(crate) fn table(case: &Case, ours: &Figures, peers: &[Figures]) {
    println!("{}", row(case, ours));
    for peer in peers {
        println!("{}  {:6.2}  {:9.2}", row(case, peer), ours.ratio(peer), ours.cpu_ratio(peer));
    }
}

fn row(case: &Case, figures: &Figures) -> String {
    let Case { protocol, workload, in_flight } = case;
    format!(
        "{protocol:8} {workload:8} {in_flight:9}  {:9}  {:10.0}  {:8.1}  {:8.1}  {:11.2}",
        figures.name,
        figures.per_s(),
        figures.latency(0.5),
        figures.latency(0.99),
        figures.cpu()
    )
}

/// One object per peer, a line each.
pub(crate) fn json(case: &Case, ours: &Figures, peers: &[Figures]) {
    for peer in peers {
        let line = json!({
            "protocol": case.protocol.name(),
            "workload": case.workload.name(),
            "in_flight": case.in_flight,
            "peer": peer.name,
            "ours_calls_per_s": ours.per_s(),
            "peer_calls_per_s": peer.per_s(),
            "ratio": ours.ratio(peer),
            "cpu_ratio": ours.cpu_ratio(peer),
        });
        println!("{line}");
    }
}
