//! A program on a terminal is interrupted as by a person, and hung up when the test is done with it.
#![cfg(unix)]

use std::time::{Duration, Instant};

use polyrpc_test_support::{Terminal, present, scratch};

const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn ctrl_c_interrupts_it_and_its_status_is_told() {
    let folder = scratch("terminal");
    let script =
        r#"trap 'echo interrupted; exit 3' INT; test -t 1 && echo "$TMPDIR"; while :; do sleep 0.05; done"#;
    let Some(mut terminal) = present(Terminal::start(script, &folder)) else { return };
    let lines = terminal.read_until(|line| line.starts_with('/'), LIMIT).expect("it is on a terminal");
    assert_eq!(lines, [folder.display().to_string()]);
    assert!(terminal.is_running().expect("the system tells"));
    let status = terminal.ctrl_c(LIMIT).expect("it ends");
    assert_eq!(status.code(), Some(3));
    std::fs::remove_dir(folder).expect("it is empty");
}

#[test]
fn it_is_hung_up_on_drop() {
    let folder = scratch("terminal");
    let script = "trap 'touch $TMPDIR/hung-up; exit' HUP; echo ready; while :; do sleep 0.05; done";
    let Some(terminal) = present(Terminal::start(script, &folder)) else { return };
    terminal.read_until(|line| line == "ready", LIMIT).expect("it starts");
    drop(terminal);
    let ends = Instant::now() + LIMIT;
    while !folder.join("hung-up").exists() {
        assert!(Instant::now() < ends, "it runs on");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::fs::remove_dir_all(folder).expect("it can be deleted");
}

#[test]
fn what_was_printed_is_told_when_the_line_does_not_come() {
    let folder = scratch("terminal");
    let Some(terminal) = present(Terminal::start("echo so far", &folder)) else { return };
    let error = terminal.read_until(|line| line == "more", LIMIT).expect_err("there is no more");
    assert!(error.contains("so far"), "{error}");
    std::fs::remove_dir(folder).expect("it is empty");
}
