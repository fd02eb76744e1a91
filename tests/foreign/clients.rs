//! Foreign clients call our server: every script, over TCP, over a Unix socket, over TLS by ALPN and by the certificates
//! that OpenSSL and BoringSSL know, over a message queue, or as its child, on standard input and output.

use std::process::Command;
use std::time::Duration;

use polyrpc_test_support::{Certificates, Conformance, Finished, Missing, Peers, finish, scratch, stubs};
use serde_json::Value;

use crate::{Outcome, Suite};

/// How long a script may take with all its cases.
const WITHIN: Duration = Duration::from_secs(240);

/// How long the server may take to end when nobody calls any more.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// A script, and what runs it.
struct Client {
    name: &'static str,
    script: &'static str,
    peers: fn() -> Result<Peers, Missing>,
    /// Whether it makes its stubs from our `.proto`.
    stubs: bool,
    /// What it can call.
    over: &'static [&'static str],
}

const TCP: &[&str] = &["tcp"];
const SOCKETS: &[&str] = &["tcp", "unix"];
const SOCKETS_AND_TLS: &[&str] = &["tcp", "unix", "tls"];
const CHILD: &[&str] = &["stdio"];
/// Elsewhere queues are no files, or there are none.
const QUEUES: &[&str] = if cfg!(target_os = "linux") { &["posix-mq", "posix-mq, a long name"] } else { &[] };

const CLIENTS: [Client; 20] = [
    Client {
        name: "grpcio",
        script: "grpc_client.py",
        peers: Peers::python,
        stubs: true,
        over: SOCKETS_AND_TLS,
    },
    Client {
        name: "grpcio streams",
        script: "grpc_stream_client.py",
        peers: Peers::python,
        stubs: true,
        over: SOCKETS,
    },
    Client {
        name: "json",
        script: "jsonrpc_client.py",
        peers: Peers::python,
        stubs: false,
        over: SOCKETS_AND_TLS,
    },
    Client {
        name: "websockets",
        script: "websocket_client.py",
        peers: Peers::python,
        stubs: false,
        over: SOCKETS,
    },
    Client {
        name: "h2 websocket",
        script: "http2_websocket_client.py",
        peers: Peers::python,
        stubs: false,
        over: SOCKETS,
    },
    Client {
        name: "xmlrpc.client",
        script: "xmlrpc_client.py",
        peers: Peers::python,
        stubs: false,
        over: SOCKETS_AND_TLS,
    },
    Client {
        name: "curl",
        script: "curl_client.py",
        peers: Peers::curl,
        stubs: false,
        over: SOCKETS_AND_TLS,
    },
    Client {
        name: "grpcurl",
        script: "grpcurl_client.py",
        peers: Peers::grpcurl,
        stubs: true,
        over: SOCKETS,
    },
    Client { name: "grpc-js", script: "grpc_client.js", peers: Peers::node, stubs: true, over: SOCKETS },
    Client {
        name: "grpc-js streams",
        script: "grpc_stream_client.js",
        peers: Peers::node,
        stubs: true,
        over: SOCKETS,
    },
    Client {
        name: "connect-node gRPC-Web",
        script: "grpc_web_client.js",
        peers: Peers::node,
        stubs: true,
        over: TCP,
    },
    Client { name: "node-http2", script: "http2_client.js", peers: Peers::node, stubs: false, over: SOCKETS },
    Client {
        name: "node-http2 websocket",
        script: "http2_websocket_client.js",
        peers: Peers::node,
        stubs: false,
        over: SOCKETS,
    },
    Client { name: "ws", script: "websocket_client.js", peers: Peers::node, stubs: false, over: SOCKETS },
    Client { name: "jayson", script: "jayson_client.js", peers: Peers::node, stubs: false, over: SOCKETS },
    Client {
        name: "json-rpc-2.0",
        script: "json_rpc_2_client.js",
        peers: Peers::node,
        stubs: false,
        over: SOCKETS,
    },
    Client {
        name: "vscode-jsonrpc",
        script: "vscode_jsonrpc_client.js",
        peers: Peers::node,
        stubs: false,
        over: CHILD,
    },
    Client {
        name: "python-lsp-jsonrpc",
        script: "lsp_jsonrpc_client.py",
        peers: Peers::python,
        stubs: false,
        over: CHILD,
    },
    Client {
        name: "node-xmlrpc",
        script: "xmlrpc_client.js",
        peers: Peers::node,
        stubs: false,
        over: SOCKETS,
    },
    Client { name: "ctypes", script: "posix_mq_client.py", peers: Peers::python, stubs: false, over: QUEUES },
];

pub(crate) fn suites() -> Vec<Suite> {
    let listeners = |client: &'static Client| {
        client.over.iter().map(move |listener| {
            Suite::new(format!("client {} {listener}", client.name), move || calls(client, listener))
        })
    };
    let mut suites: Vec<Suite> = CLIENTS.iter().flat_map(listeners).collect();
    suites.push(Suite::new("client ctypes has less than 200 lines of the standard library", is_short));
    suites
}

/// The client that shows how little `docs/wire.md` asks for.
fn is_short() -> Outcome {
    let source = include_str!("python/posix_mq_client.py");
    let imports = source.lines().filter(|line| line.starts_with("import ") || line.starts_with("from "));
    let imports: Vec<&str> = imports.collect();
    let standard = "import ctypes, fcntl, json, math, os, secrets, select, struct, sys, time, xmlrpc.client";
    match source.lines().count() {
        lines @ 200.. => Err(format!("it has {lines} lines").into()),
        _ if imports != [standard] => Err(format!("it imports {imports:?}").into()),
        _ => Ok(()),
    }
}

fn calls(client: &Client, listener: &str) -> Outcome {
    let peers = (client.peers)()?;
    let conformance = Conformance::get()?;
    if listener == "stdio" {
        return report(&run(client, &peers, &conformance, &conformance.child())?);
    }
    let folder = scratch("client");
    let endpoint = match listener {
        "tls" => Certificates::new().endpoint(&folder),
        "unix" => format!("unix:{}", folder.join("s").display()),
        "posix-mq" => format!("posix-mq:/polyrpc-foreign-{}", std::process::id()),
        // In a client's queue it is cut, and in the middle of a letter if one does not look.
        "posix-mq, a long name" => format!("posix-mq:/{:0<212}{}", std::process::id(), "ä".repeat(21)),
        _ => "tcp://127.0.0.1:0".to_owned(),
    };
    let server = conformance.serve(&[&endpoint])?;
    let called = match server.endpoints()[0].split_once('?') {
        Some((address, _)) => format!("{address}?ca={}/ca.pem", folder.display()),
        None => server.endpoints()[0].clone(),
    };
    let done = run(client, &peers, &conformance, &called);
    let ended = server.stop(ENDS_WITHIN)?;
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    if !ended.success() {
        return Err(format!("the server ended with {ended}").into());
    }
    report(&done?)
}

fn run(
    client: &Client,
    peers: &Peers,
    conformance: &Conformance,
    endpoint: &str,
) -> Result<Finished, String> {
    let mut command: Command = peers.script(client.script);
    if client.stubs {
        command
            .arg("--proto-dir")
            .arg(stubs(&Peers::python().map_err(|error| error.to_string())?, conformance)?);
    }
    command.arg(endpoint);
    finish(command, WITHIN)
}

/// The cases that failed, by the lines that the script printed.
pub(crate) fn report(done: &Finished) -> Outcome {
    let lines = done.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let (good, bad): (Vec<Value>, Vec<Value>) = lines.partition(|line| line["ok"] == true);
    match (good.is_empty(), bad.is_empty() && done.success) {
        (false, true) => Ok(()),
        (true, true) => Err("it ran no case".to_owned().into()),
        (_, false) => {
            let bad: Vec<String> =
                bad.iter().map(|line| format!("  {}: {}", line["case"], line["error"])).collect();
            let (failed, of) = (bad.len(), good.len() + bad.len());
            Err(format!("{failed} of {of} cases failed\n{}\n{}", bad.join("\n"), done.stderr).into())
        }
    }
}
