//! Child processes, and how they end. Those that serve are tested with the conformance program, in tests/behaviour.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::{request, until};
use http::Version;
use polyrpc_test_support::scratch;
use polyrpc_transports::{ClientConfig, ClientError, Endpoint, HttpClient, Listener};

/// A folder in which a shell runs as the child: it leaves its number there.
struct Shell(PathBuf);

impl Shell {
    fn new() -> Self {
        Self(scratch("pipe"))
    }

    /// A client of a shell that runs this.
    fn runs(&self, script: &str, pause: Duration) -> HttpClient {
        let script = format!("echo $$ >> pids; {script}").replace('%', "%25").replace('&', "%26");
        let endpoint = format!("exec:/bin/sh?cwd={}&arg=-c&arg={script}", self.0.display());
        HttpClient::new(&endpoint.parse().unwrap(), ClientConfig::new().backoff(pause, pause)).unwrap()
    }

    /// The shells that were started.
    fn pids(&self) -> Vec<i32> {
        let pids = fs::read_to_string(self.0.join("pids")).unwrap_or_default();
        pids.lines().map(|pid| pid.parse().unwrap()).collect()
    }

    /// Whether a shell that was started runs, or is a zombie.
    fn any_is_there(&self) -> bool {
        self.pids().iter().any(|pid| Path::new(&format!("/proc/{pid}")).exists())
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn call(client: &HttpClient) -> Result<(), ClientError> {
    client.clone().send(request(Version::HTTP_11, "/", "")).await.map(drop)
}

/// All that an error says, with what it comes of.
fn told(error: &ClientError) -> String {
    let chain = std::iter::successors(Some(error as &dyn Error), |error| (*error).source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

const PAUSE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_child_that_exits_at_once_is_told_with_its_status_and_not_started_over_and_over() {
    let shell = Shell::new();
    let client = shell.runs("exit 3", PAUSE);
    let first = call(&client).await.unwrap_err();
    assert!(told(&first).contains("the program /bin/sh ended (exit status: 3)"), "{}", told(&first));
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(100) {
        let next = call(&client).await.unwrap_err();
        assert!(told(&next).contains("exit status: 3"), "{}", told(&next));
        assert!(next.is_connect() && next.never_started(), "{next:?}");
    }
    assert_eq!(shell.pids().len(), 1, "it is in the pause");
    tokio::time::sleep(PAUSE * 2).await;
    call(&client).await.unwrap_err();
    assert_eq!(shell.pids().len(), 2, "the pause is over");
    until("both were reaped", || !shell.any_is_there()).await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_no_connection() {
    let endpoint: Endpoint = "exec:/no/such%20program".parse().unwrap();
    let client = HttpClient::new(&endpoint, ClientConfig::new()).unwrap();
    let error = client.ready(Version::HTTP_2).await.unwrap_err();
    assert!(error.is_connect() && error.never_started(), "{error:?}");
    let wanted = "cannot connect to exec:/no/such%20program: No such file or directory";
    assert!(told(&error).contains(wanted), "{}", told(&error));
}

#[tokio::test]
async fn a_child_that_is_killed_fails_its_calls_with_the_signal() {
    let shell = Shell::new();
    // What it started still holds its output: its own end must be seen by itself.
    let client = shell.runs("sleep 3 & exec sleep 60", PAUSE);
    let calls = [tokio::spawn(client.clone().send(request(Version::HTTP_2, "/", ""))), {
        tokio::spawn(client.clone().send(request(Version::HTTP_11, "/", "")))
    }];
    until("it runs", || shell.pids().len() == 1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    signal("KILL", shell.pids()[0]);
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(error.is_lost(), "{error:?}");
        assert!(told(&error).contains("signal: 9 (SIGKILL)"), "{}", told(&error));
    }
    until("it was reaped", || !shell.any_is_there()).await;
    assert_eq!(shell.pids().len(), 1, "all calls share one child");
}

fn signal(name: &str, pid: i32) {
    let sent = std::process::Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

#[tokio::test]
async fn a_child_is_started_when_it_is_called_and_ends_with_its_client() {
    let shell = Shell::new();
    let client = shell.runs("cat > /dev/null", PAUSE);
    assert!(shell.pids().is_empty());
    let silent = tokio::time::timeout(Duration::from_millis(200), call(&client)).await;
    assert!(silent.is_err(), "it never answers");
    assert!(shell.any_is_there());
    drop(client);
    until("it ended with its input, and was reaped", || !shell.any_is_there()).await;
}

#[tokio::test]
async fn a_child_that_does_not_end_with_its_input_is_asked_to_by_a_signal() {
    let shell = Shell::new();
    let client = shell.runs("trap 'echo asked > asked; exit' TERM; while :; do sleep 0.1; done", PAUSE);
    assert!(tokio::time::timeout(Duration::from_millis(200), call(&client)).await.is_err());
    let begun = Instant::now();
    drop(client);
    while shell.any_is_there() && begun.elapsed() < Duration::from_secs(9) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(shell.0.join("asked").exists() && !shell.any_is_there());
    assert!(begun.elapsed() > Duration::from_secs(4), "it had time to end by itself");
}

// The clock runs ahead, so that the times to end by itself pass at once.
#[tokio::test(start_paused = true)]
async fn a_child_that_will_not_end_is_killed() {
    let shell = Shell::new();
    let client = shell.runs("trap '' TERM; while :; do sleep 0.1; done", PAUSE);
    client.ready(Version::HTTP_2).await.unwrap();
    let begun = Instant::now();
    while shell.pids().is_empty() && begun.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(shell.any_is_there());
    drop(client);
    while shell.any_is_there() && begun.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(!shell.any_is_there());
}

#[test]
fn a_child_does_not_outlive_the_runtime() {
    let shell = Shell::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(async {
        let client = shell.runs("trap '' TERM; exec sleep 60", PAUSE);
        client.ready(Version::HTTP_2).await.unwrap();
        until("it runs", || shell.pids().len() == 1).await;
        client
    });
    drop(runtime);
    let state = || fs::read_to_string(format!("/proc/{}/stat", shell.pids()[0])).unwrap_or_default();
    let begun = Instant::now();
    // Without a runtime nobody can wait for it, so that its entry may stay until this process ends.
    while !(state().is_empty() || state().contains(") Z ")) && begun.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(state().is_empty() || state().contains(") Z "), "{}", state());
    drop(client);
}

#[tokio::test]
async fn arguments_variables_and_the_folder_reach_the_program() {
    let shell = Shell::new();
    let folder = shell.0.join("a folder");
    fs::create_dir(&folder).unwrap();
    let program = folder.join("a program");
    fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$PWD\" \"$KEY\" \"$OTHER\" \"$@\" > said\n").unwrap();
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let folder = folder.display().to_string();
    let encoded = folder.replace(' ', "%20");
    let endpoint: Endpoint = format!(
        "exec:{encoded}/a%20program?arg=one&arg=two=%26%25&env=KEY=secret=1&env=OTHER=&cwd={folder}&arg=&stderr=null"
    )
    .parse()
    .unwrap();
    assert!(!format!("{endpoint} {endpoint:?}").contains("secret"));
    let client = HttpClient::new(&endpoint, ClientConfig::new()).unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(!told(&error).contains("secret"), "{}", told(&error));
    let said = fs::read_to_string(format!("{folder}/said")).unwrap();
    assert_eq!(said, format!("{folder}|secret=1||one|two=&%||"));
}

#[tokio::test]
async fn what_cannot_be_is_said() {
    for (endpoint, words) in [
        ("exec:/bin/true?env=NAME", "env must be NAME=VALUE"),
        ("exec:/bin/true?stderr=loud", "stderr is inherit or null"),
        ("stdio:", "transport stdio cannot be called"),
    ] {
        let error = HttpClient::new(&endpoint.parse().unwrap(), ClientConfig::new()).unwrap_err();
        assert!(told(&error).contains(words), "{endpoint}: {}", told(&error));
    }
    let error = Listener::bind(&"exec:/bin/true".parse().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("transport exec cannot listen"), "{error}");
}
