//! A program for outside test suites and for people: it serves one of everything, and calls it.
//!
//! ```sh
//! conformance serve ENDPOINT… [--config FILE]
//! conformance call ENDPOINT METHOD JSON-PARAMS
//! conformance schema --proto
//! ```
//!
//! `serve` prints `listening ENDPOINT` for each, and ends with 0 on SIGTERM. `call` prints the result as one line of
//! JSON, and a stream as one line for each item, as it arrives; an argument that is a stream is read from stdin, one
//! item per line. A failure is one line of JSON on stderr, and exit 1.

mod arguments;
mod call;
mod serve;
mod services;
mod stream;

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
        Command::Call { endpoint, method, params } => match call(&endpoint, &method, &params).await {
            Ok(()) => ExitCode::SUCCESS,
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

async fn call(endpoint: &str, method: &str, params: &str) -> Result<(), call::Failure> {
    if let Some(method) = stream::method(method) {
        return stream::call(endpoint, method, params).await;
    }
    println!("{}", call::call(endpoint, method, params).await?);
    Ok(())
}

fn failed(text: &str, code: u8) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(code)
}
