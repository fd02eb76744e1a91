//! A program for outside test suites and for people: it serves one of everything, and calls it.
//!
//! ```sh
//! conformance serve ENDPOINT… [--config FILE]
//! conformance call ENDPOINT METHOD JSON-PARAMS
//! conformance schema --proto
//! ```
//!
//! `serve` prints `listening ENDPOINT` for each, and ends with 0 on SIGTERM. `call` prints the result as one line of
//! JSON; a failure is one line of JSON on stderr, and exit 1.

mod arguments;
mod call;
mod serve;
mod services;

use std::process::ExitCode;

use arguments::Command;

#[tokio::main]
async fn main() -> ExitCode {
    let command = match arguments::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(error) => return failed(&error, 2),
    };
    match command {
        Command::Serve { endpoints, config } => match serve::serve(&endpoints, config.as_deref()).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error, 1),
        },
        Command::Call { endpoint, method, params } => match call::call(&endpoint, &method, &params).await {
            Ok(result) => {
                println!("{result}");
                ExitCode::SUCCESS
            }
            Err(failure) => failed(&failure.to_string(), 1),
        },
        Command::Proto => match polyrpc_codegen::proto(&services::SCHEMAS) {
            // All services are of one package, so that there is one file.
            Ok(files) => {
                files.iter().for_each(|file| print!("{}", file.text));
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error.to_string(), 1),
        },
    }
}

fn failed(text: &str, code: u8) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(code)
}
