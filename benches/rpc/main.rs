//! polyrpc's server beside tonic's, jsonrpsee's and dxr's, and beside bare HTTP: see `benches/README.md`.

mod callgrind;
mod client;
mod compare;
mod load;
mod messages;
#[path = "../model/mod.rs"]
mod model;
mod options;
mod process;
mod report;
mod servers;
mod workload;

use std::io;
use std::process::{Command, ExitCode};

use compare::{Case, compare};
use load::Loaded;
use options::Options;
use process::{Process, SERVE};
use servers::Server;
use workload::{Protocol, Workload};

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, name] = &arguments[..]
        && word == SERVE
    {
        let server = Server::named(name).ok_or_else(|| io::Error::other(format!("no server {name}")))?;
        return process::serve(server);
    }
    let options = match Options::read(arguments.into_iter()) {
        Ok(options) => options,
        Err(usage) => {
            eprintln!("{usage}");
            return Ok(ExitCode::FAILURE);
        }
    };
    // One thread for the clients, one for the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match options.callgrind {
            true => callgrind::run(&options).await,
            false => run(&options).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Calls in flight.
const IN_FLIGHT: [usize; 2] = [1, 64];

async fn run(options: &Options) -> io::Result<()> {
    if !options.json {
        println!("{}", report::HEADING);
    }
    for protocol in Protocol::ALL {
        for workload in Workload::ALL {
            for in_flight in IN_FLIGHT {
                if options.asks_for(protocol, workload) {
                    measure(options, Case { protocol, workload, in_flight }).await?;
                }
            }
        }
    }
    Ok(())
}

async fn measure(options: &Options, case: Case) -> io::Result<()> {
    let mut loaded = Vec::new();
    for server in std::iter::once(Server::Ours).chain(options.peers(case.protocol)) {
        let process = Process::start(server, Command::new(std::env::current_exe()?))?;
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
