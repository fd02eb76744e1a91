//! `conformance call` of a method that streams: lines of JSON in, our generated client, lines of JSON out.

use std::fmt::Display;
use std::io::{self, BufRead, Write};
use std::thread;

use polyrpc::{Code, MethodSchema, Protocol, Status, Streaming};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::call::Failure;
use crate::services::SCHEMAS;
use crate::services::echo::{Echo, EchoClient};

/// Items that wait for the call to take them.
const AHEAD: usize = 16;

/// The method that has this name, among its others, if it streams.
pub(crate) fn method(name: &str) -> Option<&'static MethodSchema> {
    let mut streaming =
        SCHEMAS.iter().flat_map(|service| service.methods).filter(|method| method.kind.is_streaming());
    streaming.find(|method| method.spellings(Protocol::JsonRpc).iter().any(|spelling| spelling == name))
}

/// The arguments of `count`, by name or by position.
#[derive(Deserialize)]
struct Count {
    n: u64,
    #[serde(default)]
    interval_millis: Option<u64>,
}

/// The arguments of `fail_after`.
#[derive(Deserialize)]
struct FailAfter {
    n: u64,
}

/// The arguments of a method whose only one comes from stdin.
#[derive(Deserialize)]
struct Nothing {}

/// Calls it, and prints the items of its result.
pub(crate) async fn call(endpoint: &str, method: &'static MethodSchema, params: &str) -> Result<(), Failure> {
    let echo = EchoClient::connect(endpoint).await?;
    match method.name {
        "count" => {
            let Count { n, interval_millis } = arguments(params)?;
            print_all(echo.count(n, interval_millis).await?).await
        }
        "fail_after" => {
            let FailAfter { n } = arguments(params)?;
            print_all(echo.fail_after(n).await?).await
        }
        "collect" => {
            let Nothing {} = arguments(params)?;
            print(&echo.collect(input()).await?)
        }
        "chat" => {
            let Nothing {} = arguments(params)?;
            print_all(echo.chat(input()).await?).await
        }
        name => Err(Failure::new(Code::Internal, format!("nobody here can call {name}"))),
    }
}

fn arguments<T: DeserializeOwned>(params: &str) -> Result<T, Failure> {
    let refused = |error| Failure::new(Code::InvalidArgument, format!("the params: {error}"));
    serde_json::from_str(params).map_err(refused)
}

async fn print_all<T: Serialize, E>(mut items: Streaming<T, E>) -> Result<(), Failure>
where
    Failure: From<E>,
{
    while let Some(item) = items.message().await? {
        print(&item)?;
    }
    Ok(())
}

fn print(item: &impl Serialize) -> Result<(), Failure> {
    let unwritten = |error: &dyn Display| Failure::new(Code::Internal, format!("stdout: {error}"));
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, item).map_err(|error| unwritten(&error))?;
    writeln!(stdout).and_then(|()| stdout.flush()).map_err(|error| unwritten(&error))
}

/// The lines of stdin. A thread of its own reads them, which does not keep the program from ending.
fn input<T: DeserializeOwned + Send + 'static>() -> Streaming<T> {
    let (sender, items) = Streaming::channel(AHEAD);
    let runtime = Handle::current();
    thread::spawn(move || {
        for (line, number) in io::stdin().lock().lines().zip(1..) {
            match item(line, number) {
                Ok(item) => {
                    if runtime.block_on(sender.send(item)).is_err() {
                        // The call has ended.
                        return;
                    }
                }
                Err(status) => {
                    // Nobody asks any more if the call has ended.
                    let _ = runtime.block_on(sender.fail(status));
                    return;
                }
            }
        }
    });
    items
}

fn item<T: DeserializeOwned>(line: io::Result<String>, number: usize) -> Result<T, Status> {
    let line = line.map_err(|error| Status::data_loss(format!("stdin: {error}")))?;
    serde_json::from_str(&line)
        .map_err(|error| Status::invalid_argument(format!("line {number} of stdin: {error}")))
}
