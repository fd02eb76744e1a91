//! polyrpc's server beside tonic's, jsonrpsee's and dxr's, and beside bare HTTP: see `benches/README.md`.

mod callgrind;
mod client;
mod load;
#[path = "../measure/mod.rs"]
mod measure;
mod messages;
#[path = "../model/mod.rs"]
mod model;
mod report;
mod servers;
#[path = "../tonic/mod.rs"]
mod tonic;
mod workload;

use std::io;
use std::process::{Command, ExitCode};

use load::Loaded;
use measure::process::{Process, SERVE, serve};
use measure::{Options, compare};
use servers::Server;
use workload::{Case, Protocol, Workload};

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, name] = &arguments[..]
        && word == SERVE
    {
        let server = Server::named(name).ok_or_else(|| io::Error::other(format!("no server {name}")))?;
        return serve(server.bound());
    }
    let (callgrind, arguments): (Vec<String>, Vec<String>) =
        arguments.into_iter().partition(|argument| argument == "--callgrind");
    let options = match Options::read(arguments.into_iter(), USAGE) {
        Ok(options) => options,
        Err(usage) => {
            eprintln!("{usage}");
            return Ok(ExitCode::FAILURE);
        }
    };
    // One thread for the clients, one for the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match callgrind.is_empty() {
            true => run(&options).await,
            false => callgrind::run(&options).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

const USAGE: &str = "cargo bench --bench rpc -- [--json] [--quick] [--callgrind] [grpc|jsonrpc|xmlrpc]… \
                     [small|order|blob]… [tonic|jsonrpsee|dxr|h2|hyper]…";

/// Calls in flight.
const IN_FLIGHT: [usize; 2] = [1, 64];

async fn run(options: &Options) -> io::Result<()> {
    if !options.json {
        println!("{}", report::HEADING);
    }
    for protocol in Protocol::ALL {
        for workload in Workload::ALL {
            for in_flight in IN_FLIGHT {
                if workload.is_asked_for(protocol, options) {
                    measure(options, Case { protocol, workload, in_flight }).await?;
                }
            }
        }
    }
    Ok(())
}

async fn measure(options: &Options, case: Case) -> io::Result<()> {
    let mut loaded = Vec::new();
    for server in std::iter::once(Server::Ours).chain(Server::peers(case.protocol, options)) {
        let process = Process::start(&[server.name()], Command::new(std::env::current_exe()?))?;
        let what = (case.protocol, case.workload);
        loaded.push(Loaded::connect(server, process, what, case.in_flight).await?);
    }
    let figures = compare(&mut loaded, options.rounds, options.round).await?;
    if let Some((ours, peers)) = figures.split_first() {
        match options.json {
            true => report::json(&case, ours, peers),
            false => report::table(&case, ours, peers),
        }
    }
    for server in loaded {
        server.into_process().stop()?;
    }
    Ok(())
}
