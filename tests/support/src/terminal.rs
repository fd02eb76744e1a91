//! Programs on a terminal, as a person starts them.

use std::io::Write;
use std::path::Path;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use crate::foreign::{Missing, run};
use crate::process::{Guard, read_lines, wait};

/// A command line of `sh` on a terminal of its own, which util-linux' `script` makes. It is hung up on drop.
pub struct Terminal {
    guard: Guard,
    keys: ChildStdin,
    lines: Receiver<String>,
}

impl Terminal {
    /// Starts the command line, with `folder` for its temporary files.
    ///
    /// # Errors
    /// When this machine has no `script` that understands us, or no terminal can be had.
    pub fn start(line: &str, folder: &Path) -> Result<Self, Missing> {
        let missing = |why| Missing { what: "a terminal", why };
        run(on_terminal("test -t 0 -a -t 1")).map_err(missing)?;
        let mut command = on_terminal(line);
        command.env("TMPDIR", folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut guard = Guard(command.spawn().map_err(|error| missing(error.to_string()))?);
        let keys = guard.0.stdin.take().ok_or_else(|| missing("a child without a pipe".to_owned()))?;
        let lines = read_lines(guard.0.stdout.take());
        Ok(Self { guard, keys, lines })
    }

    /// The lines up to the one that `is_last`, as they were printed.
    ///
    /// # Errors
    /// When it is not printed within `limit`; the error has what was.
    pub fn read_until(&self, is_last: impl Fn(&str) -> bool, limit: Duration) -> Result<Vec<String>, String> {
        let ends = Instant::now() + limit;
        let mut read = Vec::new();
        loop {
            match self.lines.recv_timeout(ends.saturating_duration_since(Instant::now())) {
                // A terminal ends its lines with both.
                Ok(line) => read.push(line.trim_end_matches('\r').to_owned()),
                Err(reason) => return Err(format!("{reason} after {limit:?} at most:\n{}", read.join("\n"))),
            }
            if read.last().is_some_and(|line| is_last(line)) {
                return Ok(read);
            }
        }
    }

    /// Whether the program still runs.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn is_running(&mut self) -> Result<bool, String> {
        self.guard.0.try_wait().map(|ended| ended.is_none()).map_err(|error| error.to_string())
    }

    /// Presses Ctrl-C, and waits for the program to end by it.
    ///
    /// # Errors
    /// When the program still runs after `limit`.
    pub fn ctrl_c(mut self, limit: Duration) -> Result<ExitStatus, String> {
        self.keys.write_all(b"\x03").and_then(|()| self.keys.flush()).map_err(|error| error.to_string())?;
        wait(&mut self.guard.0, limit)
    }
}

/// `script`, which ends with the status of what it runs, and keeps no record. What runs on it can be hung up and
/// interrupted, even where the tests cannot: under `nohup`, in the background. The shell is the same for everyone.
fn on_terminal(line: &str) -> Command {
    let mut script = Command::new("env");
    script.args(["--default-signal=HUP,INT", "script", "--quiet", "--return", "--flush", "--command", line]);
    script.arg("/dev/null").env("SHELL", "/bin/sh");
    script
}
