//! The command line of the conformance program, which is stable.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use polyrpc_test_support::{Conformance, Server, scratch};
use serde_json::{Value, json};

const WITHIN: Duration = Duration::from_secs(20);

/// Exit code, stdout and stderr of `call`.
fn call(endpoint: &str, method: &str, params: &str) -> (Option<i32>, String, String) {
    let mut command = Conformance::get().unwrap().command();
    let done = command.args(["call", endpoint, method, params]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

#[test]
fn serve_tells_its_endpoints_and_ends_on_sigterm() {
    let folder = scratch("program");
    let unix = format!("unix:{}", folder.join("s").display());
    let given = ["tcp://localhost:0", &unix, "http://127.0.0.1:0"];
    let server = Conformance::get().unwrap().serve(&given).unwrap();
    for (told, given) in server.endpoints().iter().zip(given) {
        let port = told.strip_prefix(given.trim_end_matches('0')).and_then(|port| port.parse::<u16>().ok());
        assert!(told == given || port.is_some_and(|port| port != 0), "{given} is told as {told}");
        assert_eq!(call(told, "echo.sum", "[1,2]").1, "3\n", "{told}");
    }
    assert_eq!(server.stop(WITHIN).unwrap().code(), Some(0));
    std::fs::remove_dir_all(folder).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_queue_is_served_and_called_like_a_port_and_removed_at_the_end() {
    let queue = format!("posix-mq:/polyrpc-program-{}", std::process::id());
    for signal in ["TERM", "INT"] {
        let server = Conformance::get().unwrap().serve(&[&queue]).unwrap();
        assert_eq!(server.endpoints(), [&*queue]);
        for protocol in ["grpc", "jsonrpc", "xmlrpc"] {
            let endpoint = format!("{protocol}+{queue}");
            let done = call(&endpoint, "echo.sum", r#"{"a": 1, "b": 2}"#);
            assert_eq!((done.0, &*done.1, &*done.2), (Some(0), "3\n", ""), "{protocol}");
            let done = call(&endpoint, "echo.count", "[3]");
            assert_eq!((done.0, &*done.1, &*done.2), (Some(0), "0\n1\n2\n", ""), "{protocol}");
            let (exit, stdout, stderr) = call(&endpoint, "echo.fail_typed", "[7]");
            assert_eq!((exit, &*stdout), (Some(1), ""), "{protocol}");
            assert_eq!(serde_json::from_str::<Value>(&stderr).unwrap()["code"], "NOT_FOUND", "{protocol}");
        }
        // A second server is refused, and harms the first as little.
        let second = Conformance::get().unwrap().serve(&[&queue]);
        assert!(second.is_err_and(|error| error.contains(&format!("somebody listens on {queue}"))));
        assert_eq!(call(&queue, "echo.sum", "[1,2]").1, "3\n");
        assert_eq!(server.stop_by(signal, WITHIN).unwrap().code(), Some(0));
        // Of a queue that had been left it would be said that whoever listened there is gone.
        let (_, _, stderr) = call(&queue, "echo.sum", "[1,2]");
        let told: Value = serde_json::from_str(&stderr).unwrap();
        assert_eq!(told["message"], format!("no connection: nobody listens on {queue}"));
    }
}

#[test]
fn serve_reads_what_an_endpoint_needs_from_a_file() {
    let folder = scratch("program");
    let (socket, config) = (folder.join("s"), folder.join("config.toml"));
    let endpoint = format!("unix:{}", socket.display());
    std::fs::write(&config, format!("[endpoints.\"{endpoint}\"]\nmode = \"0660\"\n")).unwrap();
    let mut command = Conformance::get().unwrap().command();
    command.args(["serve", &endpoint, "--config"]).arg(&config);
    let server = Server::start(command, 1).unwrap();
    assert_eq!(server.endpoints(), [endpoint]);
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
    drop(server);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn call_prints_the_result_alone() {
    let server = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
    for protocol in ["grpc", "jsonrpc", "xmlrpc"] {
        let endpoint = format!("{protocol}+{}", server.endpoints()[0]);
        for (method, params, result) in [
            ("echo.sum", r#"{"a": 1, "b": 2}"#, "3\n"),
            ("polyrpc.conformance.v1.Echo.Sum", "[1, 2]", "3\n"),
            ("polyrpc.conformance.v1.Echo/Sum", "[1, 2]", "3\n"),
            ("echo.echo_map", r#"[{"a b": 1}]"#, "{\"a b\":1}\n"),
            ("echo.echo_i64", "[9223372036854775807]", "9223372036854775807\n"),
            ("echo.sleep", "[0]", "null\n"),
            ("echo.echo_option", "[null]", "null\n"),
            ("echo.notify", r#"["x"]"#, "null\n"),
        ] {
            let done = call(&endpoint, method, params);
            assert_eq!((done.0, &*done.1), (Some(0), result), "{protocol} {method}: {}", done.2);
        }
    }
}

#[test]
fn call_tells_a_failure_on_stderr() {
    let server = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
    let typed = json!([{ "type": "polyrpc.conformance.v1.EchoError", "value": { "Typed": { "id": 7 } } }]);
    for protocol in ["grpc", "jsonrpc", "xmlrpc"] {
        let served = format!("{protocol}+{}", server.endpoints()[0]);
        let nobody = format!("{protocol}+tcp://127.0.0.1:1");
        for (endpoint, method, params, code, details) in [
            (&served, "echo.fail_typed", "[7]", "NOT_FOUND", &typed),
            (&served, "echo.nothing", "[]", "UNIMPLEMENTED", &json!([])),
            (&nobody, "echo.sum", "[1,2]", "UNAVAILABLE", &json!([])),
        ] {
            let (exit, stdout, stderr) = call(endpoint, method, params);
            assert_eq!((exit, &*stdout), (Some(1), ""), "{endpoint} {method}: {stderr}");
            assert_eq!(stderr.lines().count(), 1, "{stderr}");
            let told: Value = serde_json::from_str(&stderr).unwrap();
            assert_eq!((&told["code"], &told["details"]), (&json!(code), details), "{endpoint} {method}");
            assert!(told["message"].is_string(), "{told}");
        }
    }
}

/// `call` with lines on stdin.
fn call_with(endpoint: &str, method: &str, input: &str) -> (Option<i32>, String, String) {
    let mut command = Conformance::get().unwrap().command();
    command.args(["call", endpoint, method, "{}"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

#[test]
fn call_prints_a_stream_as_lines() {
    let server = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
    let endpoint = &server.endpoints()[0];
    for (method, params, lines) in [
        ("echo.count", r#"{"n": 3}"#, "0\n1\n2\n"),
        ("polyrpc.conformance.v1.Echo/Count", "[2, 1]", "0\n1\n"),
        ("echo.count", "[0]", ""),
        ("echo.observed_cancellations", "[]", "0\n"),
    ] {
        let done = call(endpoint, method, params);
        assert_eq!((done.0, &*done.1, &*done.2), (Some(0), lines, ""), "{method}");
    }
    let (exit, stdout, stderr) = call(endpoint, "echo.fail_after", "[2]");
    assert_eq!((exit, &*stdout), (Some(1), "0\n1\n"));
    let told: Value = serde_json::from_str(&stderr).unwrap();
    let typed = json!([{ "type": "polyrpc.conformance.v1.EchoError", "value": { "Typed": { "id": 2 } } }]);
    assert_eq!((&told["code"], &told["details"]), (&json!("NOT_FOUND"), &typed), "{told}");
}

#[test]
fn call_reads_a_stream_as_lines() {
    let server = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
    let endpoint = &server.endpoints()[0];
    for (method, input, lines) in [
        ("echo.collect", "1\n2\n39\n", "42\n"),
        ("echo.collect", "", "0\n"),
        ("echo.chat", "\"one\"\n\"\"\n\"t\\nwo\"", "\"ONE\"\n\"\"\n\"T\\nWO\"\n"),
    ] {
        let done = call_with(endpoint, method, input);
        assert_eq!((done.0, &*done.1, &*done.2), (Some(0), lines, ""), "{method} {input}");
    }
    for (input, code) in [("1\ntwo\n", "INVALID_ARGUMENT"), ("18446744073709551615\n1\n", "OUT_OF_RANGE")] {
        let (exit, stdout, stderr) = call_with(endpoint, "echo.collect", input);
        assert_eq!((exit, &*stdout), (Some(1), ""));
        let told: Value = serde_json::from_str(&stderr).unwrap();
        assert_eq!(told["code"], code, "{told}");
    }
}

#[test]
fn call_prints_an_item_before_the_next_is_read() {
    let server = Conformance::get().unwrap().serve(&["tcp://127.0.0.1:0"]).unwrap();
    let mut command = Conformance::get().unwrap().command();
    command.args(["call", &server.endpoints()[0], "echo.chat", "[]"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    for (said, heard) in [("\"a\"", "\"A\""), ("\"b\"", "\"B\"")] {
        writeln!(input, "{said}").unwrap();
        assert_eq!(output.next().unwrap().unwrap(), heard);
    }
    drop(input);
    assert!(output.next().is_none() && child.wait().unwrap().success());
}
