//! A server in a process of its own, so that its CPU time is its own too.

use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::net::TcpListener;

use crate::servers::Server;

/// The word that makes this program a server.
pub(crate) const SERVE: &str = "serve";

/// A running server.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a server, by itself or under what `command` begins with.
    pub(crate) fn start(server: Server, mut command: Command) -> io::Result<Process> {
        command.arg(SERVE).arg(server.name()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the server has no pipes"));
        };
        let mut answers = BufReader::new(answers);
        let address = answer(&mut answers)?;
        Ok(Process { address, child, ask, answers })
    }

    /// The CPU time that the server has used.
    pub(crate) fn cpu(&mut self) -> io::Result<Duration> {
        writeln!(self.ask)?;
        Ok(Duration::from_nanos(answer(&mut self.answers)?))
    }

    /// Ends the server, and waits for it.
    pub(crate) fn stop(mut self) -> io::Result<()> {
        drop(self.ask);
        match self.child.wait()?.success() {
            true => Ok(()),
            false => Err(io::Error::other("the server failed")),
        }
    }
}

fn answer<T: std::str::FromStr>(answers: &mut impl BufRead) -> io::Result<T> {
    let mut line = String::new();
    answers.read_line(&mut line)?;
    line.trim().parse().map_err(|_| io::Error::other(format!("the server said {line:?}")))
}

/// What the server's process does: it serves on one thread, as an application with one core would, says its address,
/// and its CPU time for every line that it reads, until there are no more.
pub(crate) fn serve(server: Server) -> io::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    runtime.spawn(server.serve(listener));
    let mut out = io::stdout().lock();
    writeln!(out, "{address}")?;
    out.flush()?;
    for line in io::stdin().lines() {
        line?;
        let used = clock_gettime(ClockId::ProcessCPUTime);
        writeln!(out, "{}", used.tv_sec * 1_000_000_000 + used.tv_nsec)?;
        out.flush()?;
    }
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}
