//! What the suites that cross crates share: peers in other languages, the processes they run in, and the conformance
//! program that they talk to.

mod conformance;
mod foreign;
mod oracle;
mod process;
mod target;

pub use conformance::{Conformance, stubs};
pub use foreign::{Missing, Peers, Policy};
pub use oracle::Oracle;
pub use process::{Finished, Server, finish};
pub use target::scratch;
