//! `docs/transports.md` promises of each transport what the transport declares.
#![cfg(target_os = "linux")]

use polyrpc::{Callers, Endpoint, Properties};

const PAGE: &str = include_str!("../docs/transports.md");

/// The rows of the table of promises, as cells.
fn table() -> Vec<Vec<&'static str>> {
    let table =
        PAGE.lines().skip_while(|line| !line.starts_with("| | `")).take_while(|line| !line.is_empty());
    table.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn yes(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}

/// A row by its name, and what its cells are to say.
type Promise = (&'static str, fn(Properties) -> String);

/// Each row that says what a transport promises.
const PROMISES: [Promise; 8] = [
    ("ordered", |promised| yes(promised.ordered)),
    ("reliable", |promised| yes(promised.reliable)),
    ("largest request or response", |promised| {
        promised.largest.map_or("no limit".to_owned(), |largest| largest.to_string())
    }),
    ("streams", |promised| yes(promised.streams)),
    ("connections", |promised| yes(promised.connections)),
    ("priorities", |promised| yes(promised.priorities)),
    ("who may call", |promised| {
        match promised.callers {
            Callers::Anyone => "anyone",
            Callers::Certified => "certified",
            Callers::Users => "users",
            Callers::Parent => "parent",
            Callers::Process => "process",
            other => panic!("the page has no word for {other:?}"),
        }
        .to_owned()
    }),
    ("a killed process may leave a name", |promised| yes(promised.remains)),
];

/// What a cell's endpoint promises.
fn promised(cell: &str) -> Properties {
    cell.trim_matches('`').parse::<Endpoint>().unwrap().properties()
}

#[test]
fn every_cell_says_what_its_transport_declares() {
    let table = table();
    let [head, _, rows @ ..] = &table[..] else { panic!("no table") };
    for (name, says) in PROMISES {
        let row = rows.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("no row: {name}"));
        assert_eq!(row.len(), head.len(), "{name}");
        for (endpoint, cell) in head.iter().zip(row).skip(1) {
            assert_eq!(*cell, says(promised(endpoint)), "{name} of {endpoint}");
        }
    }
}

#[test]
fn every_transport_has_a_column() {
    // An error lists what is known, and beside it which of them are not there yet.
    let error = "none-such:x".parse::<Endpoint>().unwrap_err().to_string();
    let (_, known) = error.split_once("known: ").unwrap();
    let table = table();
    let columns: Vec<_> = table[0][1..].iter().map(|cell| cell.trim_matches('`')).collect();
    let mut found = 0;
    for scheme in known.split(", ") {
        let samples = ["//host:1", "/name", "name", ""].map(|address| format!("{scheme}:{address}"));
        let endpoints = samples.iter().filter_map(|sample| sample.parse::<Endpoint>().ok());
        for endpoint in endpoints {
            // What has no column of its own is one by another name, or its other end.
            let same = columns.iter().any(|column| {
                let transport = column.parse::<Endpoint>().unwrap().transport();
                transport == endpoint.transport() || (endpoint.transport(), transport) == ("stdio", "exec")
            });
            assert!(same, "{endpoint} has no column");
            let promised = endpoint.properties();
            assert!(
                columns.iter().any(|column| self::promised(column) == promised),
                "{endpoint}: {promised:?}"
            );
            found += 1;
        }
    }
    assert!(found >= 10, "{found}");
}
