//! Our generated clients call foreign servers: every case of the table, by `conformance call`.

use std::time::Duration;

use polyrpc_test_support::{
    Certificates, Conformance, Finished, Missing, Peers, Server, finish, scratch, stubs,
};
use serde_json::Value;

use crate::table::{Case, Table};
use crate::{Outcome, Suite};

const WITHIN: Duration = Duration::from_secs(20);

/// A script that serves `Echo`.
struct Foreign {
    name: &'static str,
    script: &'static str,
    arguments: &'static [&'static str],
    peers: fn() -> Result<Peers, Missing>,
    protocol: &'static str,
    /// What its limits are called in the table.
    tags: &'static [&'static str],
    /// Whether the details of an error arrive.
    details: bool,
}

/// The last argument of those who are given a folder with certificates.
const TLS: &[&str] = &["--tls"];

const SERVERS: [Foreign; 9] = [
    Foreign {
        name: "grpcio",
        script: "grpc_server.py",
        arguments: &[],
        peers: Peers::python,
        protocol: "grpc",
        tags: &["grpc", "python"],
        details: true,
    },
    Foreign {
        name: "grpcio over TLS",
        script: "grpc_server.py",
        arguments: TLS,
        peers: Peers::python,
        protocol: "grpc",
        tags: &["grpc", "python"],
        details: true,
    },
    Foreign {
        name: "grpc-js",
        script: "grpc_server.js",
        arguments: &[],
        peers: Peers::node,
        protocol: "grpc",
        tags: &["grpc", "node"],
        details: true,
    },
    Foreign {
        name: "jayson",
        script: "jayson_server.js",
        arguments: &[],
        peers: Peers::node,
        protocol: "jsonrpc",
        tags: &["jsonrpc", "node", "inexact"],
        details: true,
    },
    Foreign {
        name: "json-rpc-2.0",
        script: "json_rpc_2_server.js",
        arguments: &[],
        peers: Peers::node,
        protocol: "jsonrpc",
        tags: &["jsonrpc", "node", "inexact"],
        details: true,
    },
    Foreign {
        name: "xmlrpc.server with nil and i8",
        script: "xmlrpc_server.py",
        arguments: &["--extensions"],
        peers: Peers::python,
        protocol: "xmlrpc",
        tags: &["xmlrpc", "xmlrpc-python", "python"],
        details: false,
    },
    Foreign {
        name: "xmlrpc.server",
        script: "xmlrpc_server.py",
        arguments: &[],
        peers: Peers::python,
        protocol: "xmlrpc",
        tags: &["xmlrpc", "xmlrpc-python", "python", "no-nil", "no-i8"],
        details: false,
    },
    Foreign {
        name: "xmlrpc.server over TLS",
        script: "xmlrpc_server.py",
        arguments: &["--extensions", "--tls"],
        peers: Peers::python,
        protocol: "xmlrpc",
        tags: &["xmlrpc", "xmlrpc-python", "python"],
        details: false,
    },
    Foreign {
        name: "node-xmlrpc",
        script: "xmlrpc_server.js",
        arguments: &[],
        peers: Peers::node,
        protocol: "xmlrpc",
        tags: &["xmlrpc", "xmlrpc-node", "node", "inexact", "no-i8"],
        details: false,
    },
];

pub(crate) fn suites() -> Vec<Suite> {
    SERVERS
        .iter()
        .map(|server| Suite::new(format!("server {}", server.name), move || calls(server)))
        .collect()
}

fn calls(foreign: &Foreign) -> Outcome {
    let peers = (foreign.peers)()?;
    let conformance = Conformance::get()?;
    let mut command = peers.script(foreign.script);
    command.args(foreign.arguments);
    let folder = scratch("server");
    let secure = foreign.arguments.ends_with(TLS);
    if secure {
        Certificates::new().endpoint(&folder);
        command.arg(&folder);
    }
    if foreign.protocol == "grpc" {
        command.arg("--proto-dir").arg(stubs(&Peers::python()?, &conformance)?);
    }
    let server = Server::start(command, 1)?;
    let mut endpoint = format!("{}+{}", foreign.protocol, server.endpoints()[0]);
    if secure {
        endpoint.push_str(&format!("?ca={}/ca.pem", folder.display()));
    }
    let table = Table::read();
    let mut failed = Vec::new();
    for case in table.cases(foreign.tags) {
        let mut command = conformance.command();
        command.args(["call", &endpoint, &format!("echo.{}", case.method()), &case.params().to_string()]);
        if let Err(error) = finish(command, WITHIN).and_then(|done| check(foreign, &case, &done)) {
            failed.push(format!("  {}: {error}", case.name()));
        }
    }
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n").into()) }
}

fn check(foreign: &Foreign, case: &Case<'_>, done: &Finished) -> Result<(), String> {
    let Some(expected) = case.error() else {
        let result = serde_json::from_str(&done.stdout).map_err(|_| format!("no result: {}", done.stderr))?;
        return case.check(&result);
    };
    let got: Value = serde_json::from_str(&done.stderr)
        .map_err(|_| format!("no error: {}{}", done.stdout, done.stderr))?;
    let none = Value::Array(Vec::new());
    let details = expected.get("details").filter(|_| foreign.details).unwrap_or(&none);
    let same = got["code"] == expected["code"]
        && expected.get("message").is_none_or(|message| *message == got["message"])
        && got["details"] == *details;
    if same && !done.success { Ok(()) } else { Err(format!("expected {expected}, got {got}")) }
}
