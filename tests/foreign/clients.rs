//! Foreign clients call our server: every script, over TCP and over a Unix socket.

use std::process::Command;
use std::time::Duration;

use polyrpc_test_support::{Conformance, Finished, Missing, Peers, Server, finish, scratch, stubs};
use serde_json::Value;

use crate::{Outcome, Suite};

/// How long a script may take with all its cases.
const WITHIN: Duration = Duration::from_secs(240);

/// A script, and what runs it.
struct Client {
    name: &'static str,
    script: &'static str,
    peers: fn() -> Result<Peers, Missing>,
    /// Whether it makes its stubs from our `.proto`.
    stubs: bool,
    /// Whether it can call a Unix socket.
    unix: bool,
}

const CLIENTS: [Client; 13] = [
    Client { name: "grpcio", script: "grpc_client.py", peers: Peers::python, stubs: true, unix: true },
    Client {
        name: "grpcio streams",
        script: "grpc_stream_client.py",
        peers: Peers::python,
        stubs: true,
        unix: true,
    },
    Client { name: "json", script: "jsonrpc_client.py", peers: Peers::python, stubs: false, unix: true },
    Client {
        name: "xmlrpc.client",
        script: "xmlrpc_client.py",
        peers: Peers::python,
        stubs: false,
        unix: true,
    },
    Client { name: "curl", script: "curl_client.py", peers: Peers::curl, stubs: false, unix: true },
    Client { name: "grpcurl", script: "grpcurl_client.py", peers: Peers::grpcurl, stubs: true, unix: true },
    Client { name: "grpc-js", script: "grpc_client.js", peers: Peers::node, stubs: true, unix: true },
    Client {
        name: "grpc-js streams",
        script: "grpc_stream_client.js",
        peers: Peers::node,
        stubs: true,
        unix: true,
    },
    Client {
        name: "connect-node gRPC-Web",
        script: "grpc_web_client.js",
        peers: Peers::node,
        stubs: true,
        unix: false,
    },
    Client { name: "node-http2", script: "http2_client.js", peers: Peers::node, stubs: false, unix: true },
    Client { name: "jayson", script: "jayson_client.js", peers: Peers::node, stubs: false, unix: true },
    Client {
        name: "json-rpc-2.0",
        script: "json_rpc_2_client.js",
        peers: Peers::node,
        stubs: false,
        unix: true,
    },
    Client { name: "node-xmlrpc", script: "xmlrpc_client.js", peers: Peers::node, stubs: false, unix: true },
];

pub(crate) fn suites() -> Vec<Suite> {
    let listeners = |client: &'static Client| {
        let names = if client.unix { &["tcp", "unix"][..] } else { &["tcp"] };
        names.iter().map(move |listener| {
            Suite::new(format!("client {} {listener}", client.name), move || calls(client, listener))
        })
    };
    CLIENTS.iter().flat_map(listeners).collect()
}

fn calls(client: &Client, listener: &str) -> Outcome {
    let peers = (client.peers)()?;
    let conformance = Conformance::get()?;
    let folder = scratch("client");
    let endpoint = match listener {
        "unix" => format!("unix:{}", folder.join("s").display()),
        _ => "tcp://127.0.0.1:0".to_owned(),
    };
    let server = conformance.serve(&[&endpoint])?;
    let done = run(client, &peers, &conformance, &server)?;
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    report(&done)
}

fn run(
    client: &Client,
    peers: &Peers,
    conformance: &Conformance,
    server: &Server,
) -> Result<Finished, String> {
    let mut command: Command = peers.script(client.script);
    if client.stubs {
        command
            .arg("--proto-dir")
            .arg(stubs(&Peers::python().map_err(|error| error.to_string())?, conformance)?);
    }
    command.arg(&server.endpoints()[0]);
    finish(command, WITHIN)
}

/// The cases that failed, by the lines that the script printed.
fn report(done: &Finished) -> Outcome {
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
