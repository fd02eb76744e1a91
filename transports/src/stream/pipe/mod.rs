//! Anonymous pipes: this process's standard input and output, and those of a child process.

#[cfg(feature = "client")]
mod child;
#[cfg(feature = "server")]
mod end;
#[cfg(feature = "client")]
mod program;
#[cfg(feature = "server")]
mod stdio;

#[cfg(feature = "client")]
pub(crate) use self::child::Child;
#[cfg(feature = "client")]
pub(crate) use self::program::Program;
#[cfg(feature = "server")]
pub(crate) use self::stdio::{Stdio, bind};
