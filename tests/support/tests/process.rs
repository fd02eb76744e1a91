//! Children are heard while they run, and gone when the test is done with them.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use polyrpc_test_support::{Server, finish};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn a_server_is_known_by_its_endpoints_and_killed_on_drop() {
    let script = "echo hello; echo listening tcp://127.0.0.1:1; echo listening unix:/x; exec sleep 60";
    let server = Server::start(shell(script), 2).expect("it listens");
    assert_eq!(server.endpoints(), ["tcp://127.0.0.1:1", "unix:/x"]);
    let process = format!("/proc/{}", server.id());
    assert!(!cfg!(target_os = "linux") || Path::new(&process).exists());
    drop(server);
    assert!(!Path::new(&process).exists());
}

#[test]
fn a_server_that_ends_tells_why() {
    let error = Server::start(shell("echo no such port >&2; exit 3"), 1).err().expect("it never listens");
    assert!(error.contains("no such port"), "{error}");
}

#[test]
fn a_server_may_end_by_itself() {
    let server = Server::start(shell("echo listening a; exit 3"), 1).expect("it listens");
    let status = server.wait(Duration::from_secs(10)).expect("it ends");
    assert_eq!(status.code(), Some(3));
}

#[test]
fn a_program_ends_within_its_limit() {
    let started = Instant::now();
    let error =
        finish(shell("echo so far; exec sleep 60"), Duration::from_millis(200)).expect_err("it sleeps");
    assert!(error.contains("so far") && error.contains("200ms"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_program_that_fails_is_finished_too() {
    let done = finish(shell("echo out; echo err >&2; exit 1"), Duration::from_secs(10)).expect("it ends");
    assert_eq!((done.success, done.stdout.as_str(), done.stderr.as_str()), (false, "out\n", "err\n"));
}
