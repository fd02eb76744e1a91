//! `examples/quickstart.rs`, as a newcomer meets it.

use std::process::Command;
use std::time::Duration;

use polyrpc_test_support::finish;

const SOURCE: &str = include_str!("../examples/quickstart.rs");

#[test]
fn it_is_one_file_of_less_than_120_lines() {
    let lines = SOURCE.lines().count();
    assert!(lines < 120, "{lines} lines");
    assert!(!SOURCE.lines().any(|line| line.starts_with("mod ")));
}

#[test]
fn without_a_terminal_it_prints_the_table_and_ends() {
    let mut program = Command::new(env!("CARGO"));
    program.args(["run", "--quiet", "--example", "quickstart"]);
    // It may have to be built.
    let done = finish(program, Duration::from_secs(600)).unwrap();
    assert!(done.success, "{}", done.stderr);
    let rows: Vec<&str> = done.stdout.lines().filter(|line| line.ends_with(" µs")).collect();
    assert_eq!(rows.len(), 6, "{}", done.stdout);
    for protocol in ["grpc ", "jsonrpc ", "xmlrpc "] {
        for listener in ["tcp://127.0.0.1:", "unix:/"] {
            let is_it = |row: &&&str| row.starts_with(protocol) && row.contains(listener);
            let row = rows.iter().find(is_it).unwrap_or_else(|| panic!("{protocol}{listener}: {rows:?}"));
            assert!(row.contains("number 7, 3 items"), "{row}");
        }
    }
}
