//! What the suites that cross crates share: peers in other languages, the processes they run in, the conformance
//! program that they talk to, and the pages of `docs/` that they read.

mod certificates;
mod conformance;
mod foreign;
mod oracle;
mod page;
mod process;
mod target;
mod terminal;

pub use certificates::{Certificates, Signed};
pub use conformance::{Conformance, stubs};
pub use foreign::{Missing, Peers, Policy, present};
pub use oracle::Oracle;
pub use page::{Block, Exchange, HttpMessage, Page};
pub use process::{Finished, Server, finish};
pub use target::scratch;
pub use terminal::Terminal;
