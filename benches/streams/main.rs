//! polyrpc at both ends of a connection that many calls share, beside tonic, jsonrpsee and tarpc, and beside a bare
//! loop: see `benches/README.md`.

mod case;
mod libraries;
mod load;
#[path = "../measure/mod.rs"]
mod measure;
mod report;
#[path = "../tonic/mod.rs"]
mod tonic;

use std::io;
use std::process::{Command, ExitCode};

use case::{CASES, Case};
use libraries::{Library, Socket};
use load::Loaded;
use measure::process::{Process, SERVE, serve};
use measure::{Options, compare};

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, name, socket] = &arguments[..]
        && word == SERVE
    {
        let unknown = || io::Error::other(format!("no server {name} on {socket}"));
        let library = Library::named(name).ok_or_else(unknown)?;
        return serve(library.bound(Socket::named(socket).ok_or_else(unknown)?));
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
    runtime.block_on(run(&options))?;
    Ok(ExitCode::SUCCESS)
}

const USAGE: &str = "cargo bench --bench streams -- [--json] [--quick] [grpc|websocket|unix]… \
                     [small|items]… [tonic|jsonrpsee|tarpc|bare]…";

async fn run(options: &Options) -> io::Result<()> {
    if !options.json {
        println!("{}", report::HEADING);
    }
    for case in CASES.iter().filter(|case| case.is_asked_for(options)) {
        measure(options, case).await?;
    }
    Ok(())
}

async fn measure(options: &Options, case: &Case) -> io::Result<()> {
    let peers: Vec<_> = case.peers.iter().filter(|peer| peer.is_asked_for(options)).collect();
    let mut loaded = Vec::new();
    for library in std::iter::once(Library::Ours).chain(peers.iter().map(|peer| peer.library)) {
        let socket = library.socket(case.link);
        let words = [library.name(), socket.name()];
        let process = Process::start(&words, Command::new(std::env::current_exe()?))?;
        loaded.push(Loaded::connect(library, process, case).await?);
    }
    let figures = compare(&mut loaded, options.rounds, options.round).await?;
    if let Some((ours, figures)) = figures.split_first() {
        let peers: Vec<_> = figures.iter().zip(peers.iter().map(|peer| peer.aim)).collect();
        match options.json {
            true => report::json(case, ours, &peers),
            false => report::table(case, ours, &peers),
        }
    }
    for library in loaded {
        library.stop()?;
    }
    Ok(())
}
