//! Child processes that never outlive the test: a server is killed by its guard, a program by its time limit.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A child that is killed and waited for when it is dropped.
pub(crate) struct Guard(pub(crate) Child);

impl Drop for Guard {
    fn drop(&mut self) {
        // It may have ended by itself; the wait takes it off the process table either way.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running server: what it printed as `listening ENDPOINT`. It is killed on drop.
pub struct Server {
    guard: Guard,
    endpoints: Vec<String>,
}

impl Server {
    /// Starts a server, and waits until it printed `listening` as many times as it has endpoints.
    ///
    /// # Errors
    /// What the server wrote on stderr when it ended, or did not listen within 30 seconds.
    pub fn start(mut command: Command, count: usize) -> Result<Self, String> {
        let name = format!("{command:?}");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        let mut guard = Guard(child);
        let lines = read_lines(guard.0.stdout.take());
        let errors = read_all(guard.0.stderr.take());
        let ends = Instant::now() + STARTS_WITHIN;
        let mut endpoints = Vec::with_capacity(count);
        while endpoints.len() < count {
            match lines.recv_timeout(ends.saturating_duration_since(Instant::now())) {
                Ok(line) => endpoints.extend(line.strip_prefix("listening ").map(str::to_owned)),
                Err(reason) => {
                    drop(guard);
                    return Err(format!("{name} does not listen ({reason}): {}", text(errors)));
                }
            }
        }
        Ok(Self { guard, endpoints })
    }

    /// The endpoints, in the order in which they were printed.
    pub fn endpoints(&self) -> &[String] {
        &self.endpoints
    }

    /// The process id, for tests that send signals.
    pub fn id(&self) -> u32 {
        self.guard.0.id()
    }

    /// Asks the server to end, and waits for it. One that is killed leaves the names behind that it has taken.
    ///
    /// # Errors
    /// When it cannot be asked, or still runs after `limit`; it is killed then.
    pub fn stop(self, limit: Duration) -> Result<ExitStatus, String> {
        self.stop_by("TERM", limit)
    }

    /// The same by another signal, `INT` say.
    ///
    /// # Errors
    /// Those of [`stop`](Self::stop).
    pub fn stop_by(self, signal: &str, limit: Duration) -> Result<ExitStatus, String> {
        let asked = Command::new("kill").args(["-s", signal, &self.id().to_string()]).status();
        match asked {
            Ok(asked) if asked.success() => self.wait(limit),
            Ok(asked) => Err(format!("kill: {asked}")),
            Err(error) => Err(format!("kill: {error}")),
        }
    }

    /// Waits for the server to end by itself.
    ///
    /// # Errors
    /// When it still runs after `limit`; it is killed then.
    pub fn wait(mut self, limit: Duration) -> Result<ExitStatus, String> {
        wait(&mut self.guard.0, limit)
    }
}

/// How a program ended, and what it wrote.
#[derive(Debug)]
pub struct Finished {
    /// Whether it ended with 0.
    pub success: bool,
    /// What it wrote on stdout.
    pub stdout: String,
    /// What it wrote on stderr.
    pub stderr: String,
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started, or still runs after `limit`; it is killed then, and the error has its output.
pub fn finish(mut command: Command, limit: Duration) -> Result<Finished, String> {
    let name = format!("{command:?}");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut guard = Guard(command.spawn().map_err(|error| format!("{name}: {error}"))?);
    let (stdout, stderr) = (read_all(guard.0.stdout.take()), read_all(guard.0.stderr.take()));
    let ended = wait(&mut guard.0, limit);
    drop(guard);
    let (stdout, stderr) = (text(stdout), text(stderr));
    match ended {
        Ok(status) => Ok(Finished { success: status.success(), stdout, stderr }),
        Err(error) => Err(format!("{name}: {error}\n{stdout}\n{stderr}")),
    }
}

pub(crate) fn wait(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let ends = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < ends => thread::sleep(Duration::from_millis(5)),
            Ok(None) => return Err(format!("still running after {limit:?}")),
            Err(error) => return Err(error.to_string()),
        }
    }
}

pub(crate) fn read_lines(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        // It reads on when nobody listens any more, so that a talkative server is not stopped by a full pipe.
        for line in stream.into_iter().flat_map(|stream| BufReader::new(stream).lines()).map_while(Result::ok)
        {
            let _ = send.send(line);
        }
    });
    lines
}

fn read_all(stream: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What came before an error is still worth showing.
            let _ = stream.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn text(reader: JoinHandle<String>) -> String {
    reader.join().unwrap_or_default()
}
