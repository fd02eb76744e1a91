//! `examples/quickstart.rs`, as a newcomer meets it.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use polyrpc_test_support::{Missing, Peers, Terminal, finish, present, scratch};
use serde_json::{Value, json};

const SOURCE: &str = include_str!("../examples/quickstart.rs");

/// How its endpoints begin.
const LISTENERS: &[&str] = if cfg!(target_os = "linux") {
    &["tcp://127.0.0.1:", "unix:/", "posix-mq:/quickstart-"]
} else {
    &["tcp://127.0.0.1:", "unix:/"]
};

/// It may have to be built.
const BUILT_WITHIN: Duration = Duration::from_secs(600);
const ENDS_WITHIN: Duration = Duration::from_secs(20);

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
    let done = finish(program, BUILT_WITHIN).unwrap();
    assert!(done.success, "{}", done.stderr);
    let rows: Vec<&str> = done.stdout.lines().filter(|line| line.ends_with(" µs")).collect();
    assert_eq!(rows.len(), 3 * LISTENERS.len(), "{}", done.stdout);
    for protocol in ["grpc ", "jsonrpc ", "xmlrpc "] {
        for listener in LISTENERS {
            let is_it = |row: &&&str| row.starts_with(protocol) && row.contains(listener);
            let row = rows.iter().find(is_it).unwrap_or_else(|| panic!("{protocol}{listener}: {rows:?}"));
            assert!(row.contains("number 7, 3 items"), "{row}");
        }
    }
}

/// A line to try: what it starts with, what runs it, and what its answer is.
struct Try {
    program: &'static str,
    peer: fn() -> Result<Peers, Missing>,
    check: fn(&str),
}

const TRIES: [Try; 3] = [
    Try { program: "curl ", peer: Peers::curl, check: is_curls_answer },
    Try { program: "python3 ", peer: Peers::python, check: is_pythons_answer },
    Try { program: "grpcurl ", peer: Peers::grpcurl, check: is_grpcurls_answer },
];

#[test]
fn on_a_terminal_its_lines_work_as_printed_and_ctrl_c_ends_it() {
    let folder = scratch("quickstart");
    // In the shell's place: a shell that stayed would be interrupted too, and its status be what is seen.
    let run = format!("exec '{}' run --quiet --example quickstart", env!("CARGO"));
    let Some(mut terminal) = present(Terminal::start(&run, &folder)) else { return };
    let printed = terminal.read_until(|line| line == "Ctrl-C ends it.", BUILT_WITHIN).unwrap();
    let lines = to_try(&printed);
    assert_eq!(lines.len(), TRIES.len(), "{lines:?}");
    for (line, tried) in lines.into_iter().zip(TRIES) {
        assert!(line.starts_with(tried.program), "{line}");
        let Some(peer) = present((tried.peer)()) else { continue };
        let done = finish(peer.shell(line), ENDS_WITHIN).unwrap();
        assert!(done.success, "{line}: {}{}", done.stdout, done.stderr);
        (tried.check)(&done.stdout);
    }
    let socket = Path::new(endpoint(&printed, "unix:"));
    assert!(socket.starts_with(&folder) && socket.exists(), "{}", socket.display());
    assert!(terminal.is_running().unwrap());
    let status = terminal.ctrl_c(ENDS_WITHIN).unwrap();
    assert!(status.success(), "{status}");
    assert!(!socket.exists(), "{} is left behind", socket.display());
    std::fs::remove_dir(&folder).unwrap();
    #[cfg(target_os = "linux")]
    is_removed(&format!("posix-mq:{}", endpoint(&printed, "posix-mq:")));
}

/// Of a queue that had been left it would be said that whoever listened there is gone.
#[cfg(target_os = "linux")]
fn is_removed(queue: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = runtime.block_on(polyrpc::Channel::connect(queue)).err().map(|status| status.to_string());
    assert!(refused.as_ref().is_some_and(|text| text.contains("nobody listens on")), "{queue}: {refused:?}");
}

/// The lines that it printed to be tried.
fn to_try(printed: &[String]) -> Vec<&str> {
    let after = printed.iter().skip_while(|line| *line != "Try it from another terminal:");
    let lines = after.map(String::as_str).filter(|line| !line.is_empty()).skip(1);
    lines.take_while(|line| *line != "Ctrl-C ends it.").collect()
}

/// What the table has behind a scheme.
fn endpoint<'a>(printed: &'a [String], scheme: &str) -> &'a str {
    let words = printed.iter().flat_map(|line| line.split_whitespace());
    let found = words.filter_map(|word| word.strip_prefix(scheme)).next();
    found.unwrap_or_else(|| panic!("no {scheme} in {printed:?}"))
}

fn is_curls_answer(printed: &str) {
    let answer: Value = serde_json::from_str(printed).unwrap();
    assert_eq!(answer, json!({"jsonrpc": "2.0", "result": {"number": 7, "items": 2}, "id": 1}));
}

fn is_pythons_answer(printed: &str) {
    assert_eq!(printed, "{'number': 7, 'items': 2}\n");
}

/// Proto's JSON has 64-bit integers as text.
fn is_grpcurls_answer(printed: &str) {
    let answer: Value = serde_json::from_str(printed).unwrap();
    assert_eq!(answer, json!({"number": "7", "items": 2}));
}
