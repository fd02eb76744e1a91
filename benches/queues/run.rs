//! What the command line makes of this program: a server, or who measures.

use std::io;
use std::process::{Command, ExitCode};

use crate::carriers::Carrier;
use crate::case::{Case, Protocol};
use crate::load::Loaded;
use crate::measure::process::{Process, SERVE, serve};
use crate::measure::{Options, compare};
use crate::names::Names;
use crate::report;

const USAGE: &str = "cargo bench --bench queues -- [--json] [--quick] [grpc|jsonrpc]… [1|64]… \
                     [unix|tcp|blocking|epoll]…";

pub(crate) fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, carrier, protocol, name] = &arguments[..]
        && word == SERVE
    {
        let unknown = || io::Error::other(format!("no server of {protocol} over {carrier}"));
        let carrier = Carrier::named(carrier).ok_or_else(unknown)?;
        let protocol = Protocol::named(protocol).ok_or_else(unknown)?;
        return serve(carrier.bound(protocol, Names::new(name.clone())));
    }
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
        tokio::select! {
            done = run(&options) => done.map(|()| ExitCode::SUCCESS),
            // Queues outlive processes: whoever is interrupted removes them first.
            interrupted = tokio::signal::ctrl_c() => interrupted.map(|()| ExitCode::FAILURE),
        }
    })
}

async fn run(options: &Options) -> io::Result<()> {
    if !options.json {
        println!("{}", report::HEADING);
    }
    for case in Case::all().filter(|case| case.is_asked_for(options)) {
        measure(options, &case).await?;
    }
    Ok(())
}

async fn measure(options: &Options, case: &Case) -> io::Result<()> {
    let peers: Vec<_> = case.peers().iter().filter(|peer| peer.is_asked_for(options)).collect();
    let mut loaded = Vec::new();
    for carrier in std::iter::once(Carrier::SUBJECT).chain(peers.iter().map(|peer| peer.carrier)) {
        let names = Names::of_this_process(carrier.name());
        let words = [carrier.name(), case.protocol.name(), names.name()];
        let process = Process::start(&words, Command::new(std::env::current_exe()?))?;
        loaded.push(Loaded::connect(carrier, process, names, case).await?);
    }
    let figures = compare(&mut loaded, options.rounds, options.round).await?;
    if let Some((ours, figures)) = figures.split_first() {
        let peers: Vec<_> = figures.iter().zip(peers.iter().map(|peer| peer.aim)).collect();
        match options.json {
            true => report::json(case, ours, &peers),
            false => report::table(case, ours, &peers),
        }
    }
    for carrier in loaded {
        carrier.stop()?;
    }
    Ok(())
}
