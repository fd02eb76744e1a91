//! How the figures are printed.

use serde_json::json;

use crate::case::Case;
use crate::measure::Figures;

/// What stands above the table.
pub(crate) const HEADING: &str = "\
link      workload in flight  library            /s    p50 µs    p99 µs  CPU µs/one   ratio    aim  CPU ratio";

/// A block of the table: ours, and each peer with ours ÷ peer and what is aimed at.
pub(crate) fn table(case: &Case, ours: &Figures, peers: &[(&Figures, Option<f64>)]) {
    println!("{}", row(case, ours));
    for (peer, aim) in peers {
        let aim = aim.map_or_else(String::new, |aim| format!("≥ {aim:.1}"));
        let (ratio, cpu) = (ours.ratio(peer), ours.cpu_ratio(peer));
        println!("{}  {ratio:6.2}  {aim:>5}  {cpu:9.2}", row(case, peer));
    }
}

fn row(case: &Case, figures: &Figures) -> String {
    format!(
        "{:9} {:8} {:9}  {:9}  {:10.0}  {:8.1}  {:8.1}  {:10.2}",
        case.link.name(),
        case.workload.name(),
        case.in_flight,
        figures.name,
        figures.per_s(),
        figures.latency(0.5),
        figures.latency(0.99),
        figures.cpu()
    )
}

/// One object per peer, a line each.
pub(crate) fn json(case: &Case, ours: &Figures, peers: &[(&Figures, Option<f64>)]) {
    for (peer, aim) in peers {
        let line = json!({
            "link": case.link.name(),
            "workload": case.workload.name(),
            "in_flight": case.in_flight,
            "peer": peer.name,
            "ours_per_s": ours.per_s(),
            "peer_per_s": peer.per_s(),
            "ratio": ours.ratio(peer),
            "aim": aim,
            "cpu_ratio": ours.cpu_ratio(peer),
        });
        println!("{line}");
    }
}
