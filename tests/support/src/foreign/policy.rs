//! What may be missing on a machine, and what is done then.

use std::fmt;
use std::io::{Write, stderr};

/// What `POLYRPC_FOREIGN` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Run what this machine's Python, Node and Go allow (the default).
    Auto,
    /// What cannot be run is a failure.
    Require,
    /// Run nothing foreign.
    Off,
}

impl Policy {
    /// Reads the environment variable.
    ///
    /// # Panics
    /// On a value that is none of the three: a typing error must not leave tests out.
    pub fn get() -> Self {
        match std::env::var("POLYRPC_FOREIGN").as_deref() {
            Err(_) | Ok("" | "auto") => Self::Auto,
            Ok("require") => Self::Require,
            Ok("off") => Self::Off,
            Ok(other) => panic!("POLYRPC_FOREIGN={other}: known are auto, require and off"),
        }
    }
}

/// A peer that this machine cannot run, and why.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The language or program.
    pub what: &'static str,
    /// The tool's own words.
    pub why: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl std::error::Error for Missing {}

/// The peer, or nothing where this machine has none: a line on stderr names it then.
///
/// # Panics
/// When all peers are required.
pub fn present<T>(peer: Result<T, Missing>) -> Option<T> {
    match peer {
        Ok(peer) => Some(peer),
        Err(missing) if Policy::get() == Policy::Require => panic!("{missing}"),
        Err(missing) => {
            // Not by a macro: the harness shows what those print of failed tests alone. A closed stderr wants no line.
            let _ = writeln!(stderr(), "left out {missing}");
            None
        }
    }
}
