//! A server in a process of its own, so that its CPU time is its own too.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The word that makes this program a server.
pub(crate) const SERVE: &str = "serve";

/// A running server.
pub(crate) struct Process {
    pub(crate) address: String,
    child: Reaped,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A child that does not outlive this, whatever happens.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // One that has ended and was waited for is not there to be killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// Starts the server that `words` name, by itself or under what `command` begins with.
    pub(crate) fn start(words: &[&str], mut command: Command) -> io::Result<Process> {
        // Ctrl-C is for the one who measures, and whose end is the server's.
        command.process_group(0);
        command.arg(SERVE).args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = Reaped(command.spawn()?);
        let (Some(ask), Some(answers)) = (child.0.stdin.take(), child.0.stdout.take()) else {
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
        match self.child.0.wait()?.success() {
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

/// The CPU time that this process has used.
pub(crate) fn cpu() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(used.tv_sec.unsigned_abs(), used.tv_nsec.try_into().unwrap_or_default())
}

/// What the server's process does: it serves on one thread, as an application with one core would, says its address,
/// and its CPU time for every line that it reads, until there are no more.
pub(crate) fn serve<S>(bound: impl Future<Output = io::Result<(String, S)>>) -> io::Result<ExitCode>
where
    S: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (address, serving) = runtime.block_on(bound)?;
    runtime.spawn(serving);
    let mut out = io::stdout().lock();
    writeln!(out, "{address}")?;
    out.flush()?;
    for line in io::stdin().lines() {
        line?;
        writeln!(out, "{}", cpu().as_nanos())?;
        out.flush()?;
    }
    // What has a name, as a socket has, takes it back as it is dropped.
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(ExitCode::SUCCESS)
}
