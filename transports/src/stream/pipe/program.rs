//! A program that is started when somebody calls it.

use std::io;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Child;
use super::child::keep;
use crate::Endpoint;
use crate::stream::{Proof, Socket};

/// Starts a program, with its standard input and output as a connection.
#[derive(Debug)]
pub(crate) struct Program {
    endpoint: Endpoint,
    last: Mutex<Option<Arc<Run>>>,
}

/// One run of a program.
#[derive(Debug)]
pub(super) struct Run {
    began: Instant,
    /// It has said something.
    answered: AtomicBool,
    /// How it ended.
    pub(super) ended: watch::Receiver<Option<String>>,
}

impl Run {
    pub(super) fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }
}

impl Program {
    /// Nothing is started yet.
    pub(crate) fn new(endpoint: &Endpoint) -> io::Result<Self> {
        command(endpoint)?;
        Ok(Self { endpoint: endpoint.clone(), last: Mutex::default() })
    }

    /// Starts the program.
    pub(crate) fn start(&self) -> io::Result<Socket> {
        let mut child = command(&self.endpoint)?.spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the program has no standard input and output"));
        };
        let (tell, ended) = watch::channel(None);
        let run = Arc::new(Run { began: Instant::now(), answered: AtomicBool::new(false), ended });
        *self.last() = Some(run.clone());
        let name = self.endpoint.program().unwrap_or_default().to_owned();
        let (in_use, unused) = tokio::sync::oneshot::channel();
        tokio::spawn(keep(child, name, tell, unused));
        Ok(Socket::Child(Box::new(Child::new(input, output, run, in_use))))
    }

    /// What became of the last run: one that ended without a word is a failure, told once.
    pub(crate) fn proof(&self) -> Proof {
        let mut last = self.last();
        let Some(run) = &*last else { return Proof::Good };
        if run.answered.load(Ordering::Relaxed) {
            return Proof::Good;
        }
        let (began, ended) = (run.began, run.ended.borrow().clone());
        match ended {
            None => Proof::Open,
            Some(how) => {
                *last = None;
                Proof::Failed(began, io::Error::new(io::ErrorKind::ConnectionRefused, how))
            }
        }
    }

    fn last(&self) -> MutexGuard<'_, Option<Arc<Run>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The command that an endpoint describes.
fn command(endpoint: &Endpoint) -> io::Result<Command> {
    let bad = |text: &str| io::Error::new(io::ErrorKind::InvalidInput, text.to_owned());
    let mut command = Command::new(endpoint.program().unwrap_or_default());
    command.args(endpoint.options("arg"));
    for variable in endpoint.options("env") {
        let (name, value) = variable.split_once('=').ok_or_else(|| bad("env must be NAME=VALUE"))?;
        command.env(name, value);
    }
    if let Some(folder) = endpoint.option("cwd") {
        command.current_dir(folder);
    }
    command.stderr(match endpoint.option("stderr") {
        None | Some("inherit") => Stdio::inherit(),
        Some("null") => Stdio::null(),
        Some(_) => return Err(bad("stderr is inherit or null")),
    });
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    Ok(command)
}
