//! Peers that nobody here wrote: their clients call our server, and our generated client calls their servers.
//!
//! `POLYRPC_FOREIGN=auto` (the default) runs what this machine's Python, Node and Go allow, and the last line names what it
//! left out; `require` fails instead; `off` leaves all of it out. A word on the command line runs the suites whose name
//! has it.

mod clients;
mod ethers;
mod mcp;
mod oracle;
mod policy;
mod servers;
mod streams;
mod table;
mod tls;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use polyrpc_test_support::{Missing, Policy};

/// Why a suite did not pass.
enum Failure {
    /// The machine lacks the peer.
    Missing(Missing),
    /// It ran, and this is what went wrong.
    Failed(String),
}

impl From<Missing> for Failure {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl From<String> for Failure {
    fn from(error: String) -> Self {
        Self::Failed(error)
    }
}

type Outcome = Result<(), Failure>;

/// A named suite.
struct Suite {
    name: String,
    run: Box<dyn Fn() -> Outcome + Send + Sync>,
}

impl Suite {
    fn new(name: impl Into<String>, run: impl Fn() -> Outcome + Send + Sync + 'static) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// The words on the command line that are no options of the usual test harness, nor their values.
fn filters() -> Vec<String> {
    const WITH_VALUE: [&str; 6] = ["--test-threads", "--skip", "--format", "--color", "--logfile", "-Z"];
    let mut filters = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if WITH_VALUE.contains(&argument.as_str()) {
            arguments.next();
        } else if !argument.starts_with('-') {
            filters.push(argument);
        }
    }
    filters
}

fn main() -> ExitCode {
    let filters = filters();
    let mut suites: Vec<Suite> = [
        policy::suites(),
        oracle::suites(),
        clients::suites(),
        ethers::suites(),
        mcp::suites(),
        servers::suites(),
        streams::suites(),
        tls::suites(),
    ]
    .into_iter()
    .flatten()
    .collect();
    suites.retain(|suite| filters.is_empty() || filters.iter().any(|filter| suite.name.contains(filter)));
    if std::env::args().any(|argument| argument == "--list") {
        suites.iter().for_each(|suite| println!("{}: test", suite.name));
        return ExitCode::SUCCESS;
    }
    let left_out = Mutex::new(BTreeSet::new());
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some(suite) = suites.get(next.fetch_add(1, Ordering::Relaxed)) {
            match outcome(suite) {
                Ok(()) => println!("foreign {} ... ok", suite.name),
                Err(Failure::Missing(missing)) if Policy::get() != Policy::Require => {
                    println!("foreign {} ... left out", suite.name);
                    left_out.lock().expect("no suite panics here").insert(missing.to_string());
                }
                Err(Failure::Missing(missing)) => failed_with(suite, &missing.to_string(), &failed),
                Err(Failure::Failed(error)) => failed_with(suite, &error, &failed),
            }
        }
    };
    let workers = thread::available_parallelism().map_or(2, usize::from).min(4);
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    let (left_out, failed) = (left_out.into_inner().expect("no suite panics here"), failed.into_inner());
    println!("foreign: {} suites, {failed} failed", suites.len());
    if !left_out.is_empty() {
        let reasons: Vec<String> = left_out.iter().map(|why| why.replace('\n', " ")).collect();
        println!("foreign: left out {}", reasons.join("; "));
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn outcome(suite: &Suite) -> Outcome {
    catch_unwind(AssertUnwindSafe(&suite.run)).unwrap_or_else(|_| Err("panicked".to_owned().into()))
}

fn failed_with(suite: &Suite, error: &str, failed: &AtomicUsize) {
    failed.fetch_add(1, Ordering::Relaxed);
    println!("foreign {} ... FAILED\n{error}", suite.name);
}
