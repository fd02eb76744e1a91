//! A child process that serves on its standard input and output, called by `exec:`.

use std::fs;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use polyrpc::{CallExt, Channel, ClientConfig, Code, Status, service};
use polyrpc_test_support::Conformance;

use crate::support::{PROTOCOLS, unique, until};

/// What is called of the conformance program.
#[service(package = "polyrpc.conformance.v1")]
trait Echo {
    async fn sum(&self, a: i64, b: i64) -> Result<i64, Status>;
    async fn sleep(&self, millis: u64) -> Result<(), Status>;
    async fn echo_string(&self, value: String) -> Result<String, Status>;
}

/// The conformance program as a child, told from other tests' children by a variable.
struct Program {
    path: String,
    mark: String,
}

impl Program {
    fn new() -> Program {
        let command = Conformance::get().unwrap().command();
        let path = command.get_program().to_str().unwrap().to_owned();
        Program { path, mark: format!("POLYRPC_MARK={}", unique("child")) }
    }

    fn endpoint(&self, protocol: &str) -> String {
        let Program { path, mark } = self;
        format!("{protocol}+exec:{path}?arg=serve&arg=stdio:&stderr=null&env={mark}")
    }

    async fn client(&self, protocol: &str) -> EchoClient {
        let config = ClientConfig::new().backoff(Duration::from_millis(10), Duration::from_millis(10));
        let channel = Channel::builder(self.endpoint(protocol)).connections(config).connect().await;
        EchoClient::new(channel.unwrap())
    }

    /// The processes that run it.
    fn pids(&self) -> Vec<String> {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let marked = processes.filter(|process| {
            let variables = fs::read(process.path().join("environ")).unwrap_or_default();
            variables.split(|byte| *byte == 0).any(|variable| variable == self.mark.as_bytes())
        });
        marked.map(|process| process.file_name().into_string().unwrap()).collect()
    }

    /// The one process that runs it.
    fn pid(&self) -> String {
        let pids = self.pids();
        assert_eq!(pids.len(), 1, "{pids:?}");
        pids[0].clone()
    }

    async fn is_gone(&self, pid: &str) {
        until("it ended, and was reaped", || !Path::new("/proc").join(pid).exists()).await;
    }
}

fn kill(pid: &str) {
    assert!(Command::new("kill").args(["-KILL", pid]).status().unwrap().success());
}

#[tokio::test]
async fn a_child_is_called_in_every_protocol() {
    for protocol in PROTOCOLS {
        let program = Program::new();
        let client = program.client(protocol).await;
        let pid = program.pid();
        assert_eq!(client.sum(40, 2).await.unwrap(), 42, "{protocol}");
        let long = "ä".repeat(1 << 20);
        assert_eq!(client.echo_string(long.clone()).await.unwrap(), long, "{protocol}");
        // What it printed (`listening stdio:`) did not get into the stream. All calls share it.
        let calls = (0..50).map(|number| {
            let client = client.clone();
            tokio::spawn(async move { client.sum(number, 1).await.unwrap() })
        });
        for (number, call) in (0..).zip(calls.collect::<Vec<_>>()) {
            assert_eq!(call.await.unwrap(), number + 1, "{protocol}");
        }
        assert_eq!(program.pid(), pid, "{protocol}");
        drop(client);
        program.is_gone(&pid).await;
    }
}

/// A child that was not written with us: a shell that reads lines, and answers two of them.
#[tokio::test]
async fn a_child_is_called_in_lines() {
    let folder = polyrpc_test_support::scratch("lines");
    let answers = [
        r#"'{"jsonrpc":"2.0","method":"echo.sum","params":{"a":40,"b":2},"id":1,"rpc":{"timeout":"'*'"}}'"#,
        r#"'{"jsonrpc":"2.0","method":"echo.sum","params":{"a":1,"b":2},"id":2,"rpc":{"timeout":"'*'"}}'"#,
    ]
    .into_iter()
    .zip([r#"{"jsonrpc":"2.0","result":42,"id":1}"#, r#"{"id":2,"jsonrpc":"2.0","result":3}"#])
    .map(|(line, answer)| {
        format!("read -r line; case $line in {line}) echo '{answer}';; *) exit 3;; esac\n")
    });
    let script = folder.join("answers");
    fs::write(&script, answers.collect::<String>() + "read -r line; exit 4\n").unwrap();
    let endpoint = format!("jsonrpc+exec:/bin/sh?arg={}", script.display());
    let client = EchoClient::connect(&*endpoint).await.unwrap();
    assert_eq!(client.sum(40, 2).await.unwrap(), 42);
    assert_eq!(client.sum(1, 2).await.unwrap(), 3);
    let failed = client.sum(0, 0).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable);
    assert!(failed.message().contains("exit status: 4"), "{failed}");
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_child_that_is_killed_fails_its_calls_with_the_signal_and_is_started_again() {
    for protocol in PROTOCOLS {
        let program = Program::new();
        let client = program.client(protocol).await;
        assert_eq!(client.sum(1, 2).await.unwrap(), 3, "{protocol}");
        let pid = program.pid();
        let call = tokio::spawn({
            let client = client.clone();
            async move { client.sleep(60_000).await }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        kill(&pid);
        let failed = call.await.unwrap().unwrap_err();
        assert_eq!(failed.code(), Code::Unavailable, "{protocol}: {failed}");
        assert!(failed.message().contains("signal: 9 (SIGKILL)"), "{protocol}: {failed}");
        program.is_gone(&pid).await;
        assert_eq!(client.sum(1, 2).await.unwrap(), 3, "{protocol}");
        assert_ne!(program.pid(), pid, "{protocol}");
    }
}

#[tokio::test]
async fn a_child_that_exits_at_once_is_unavailable_with_its_status() {
    for protocol in PROTOCOLS {
        let channel = Channel::builder(format!("{protocol}+exec:/bin/sh?arg=-c&arg=exit 7")).lazy().unwrap();
        let failed = EchoClient::new(channel).sum(1, 2).await.unwrap_err();
        assert_eq!(failed.code(), Code::Unavailable, "{protocol}: {failed}");
        assert!(failed.message().contains("exit status: 7"), "{protocol}: {failed}");
    }
}

#[tokio::test]
async fn a_child_that_never_answers_is_given_up_at_the_deadline() {
    for protocol in PROTOCOLS {
        let client = EchoClient::connect(format!("{protocol}+exec:sleep?arg=60")).await.unwrap();
        let begun = Instant::now();
        let failed = client.sum(1, 2).within(Duration::from_millis(200)).await.unwrap_err();
        assert_eq!(failed.code(), Code::DeadlineExceeded, "{protocol}: {failed}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{protocol}");
    }
}

#[tokio::test]
async fn a_child_ends_with_its_parent() {
    let program = Program::new();
    let mut parent = Command::new(&program.path)
        .args(["call", &program.endpoint("grpc"), "echo.sleep", "[60000]"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until("the child runs", || program.pids().len() == 1).await;
    parent.kill().unwrap();
    parent.wait().unwrap();
    until("the child ended", || program.pids().is_empty()).await;
}

/// The program on whatever stands for its input and output, until it ends.
fn serve(input: Stdio, output: Stdio) -> std::process::Child {
    let path = Program::new().path;
    let mut command = Command::new(path);
    command.args(["serve", "stdio:"]).stdin(input).stdout(output).stderr(Stdio::piped()).spawn().unwrap()
}

fn ends(mut child: std::process::Child) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            assert_eq!(said, "listening stdio:\n");
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    panic!("it did not end with its input");
}

/// A call as HTTP/1.1 has it.
fn call() -> String {
    let body = r#"{"jsonrpc":"2.0","method":"echo.sum","params":[40, 2],"id":"x"}"#;
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
    format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Reads one response, which ends with the result.
fn answer(mut stream: impl Read) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn stdio_speaks_plain_http_and_ends_with_its_input() {
    let mut child = serve(Stdio::piped(), Stdio::piped());
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    input.write_all(call().as_bytes()).unwrap();
    let said = answer(&mut output);
    assert!(
        said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("\"result\":42,\"id\":\"x\"}"),
        "{said}"
    );
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "nothing else is printed there");
    ends(child);
}

#[test]
fn a_pair_of_sockets_may_stand_for_standard_input_and_output() {
    // As Node makes it.
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let input = Stdio::from(OwnedFd::from(theirs.try_clone().unwrap()));
    let child = serve(input, Stdio::from(OwnedFd::from(theirs)));
    ours.write_all(call().as_bytes()).unwrap();
    assert!(answer(&mut ours).ends_with("\"result\":42,\"id\":\"x\"}"));
    drop(ours);
    ends(child);
}

#[test]
fn without_a_caller_stdio_ends_at_once() {
    ends(serve(Stdio::null(), Stdio::null()));
}

#[test]
fn files_may_stand_for_standard_input_and_output() {
    let folder = polyrpc_test_support::scratch("stdio");
    fs::write(folder.join("in"), call()).unwrap();
    let input = fs::File::open(folder.join("in")).unwrap();
    let output = fs::File::create(folder.join("out")).unwrap();
    ends(serve(input.into(), output.into()));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_was_switched_for_us_is_switched_back() {
    let (reader, writer) = std::io::pipe().unwrap();
    let shared = reader.try_clone().unwrap();
    let child = serve(reader.into(), Stdio::null());
    let flags =
        || fs::read_to_string(format!("/proc/self/fdinfo/{}", std::os::fd::AsRawFd::as_raw_fd(&shared)));
    let nonblocking = || {
        let flags = flags().unwrap();
        let flags = flags.lines().find_map(|line| line.strip_prefix("flags:")).unwrap();
        i32::from_str_radix(flags.trim(), 8).unwrap() & 0o4000 != 0
    };
    let begun = Instant::now();
    while !nonblocking() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it was never switched");
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(writer);
    ends(child);
    assert!(!nonblocking());
}
