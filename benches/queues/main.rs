//! polyrpc over POSIX message queues beside the bare queues, and beside itself over a Unix socket and TCP: see
//! `benches/README.md`.

use std::io;
use std::process::ExitCode;

// Whatever a target does not use of what it shares would be dead: elsewhere there is nothing to measure.
#[cfg(target_os = "linux")]
mod carriers;
#[cfg(target_os = "linux")]
mod case;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
#[path = "../measure/mod.rs"]
mod measure;
#[cfg(target_os = "linux")]
mod names;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod run;

#[cfg(target_os = "linux")]
fn main() -> io::Result<ExitCode> {
    run::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> io::Result<ExitCode> {
    println!("POSIX message queues are measured on Linux alone");
    Ok(ExitCode::SUCCESS)
}
