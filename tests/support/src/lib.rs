//! What the suites that cross crates share: peers in other languages, the processes they run in, the conformance
//! program that they talk to, and the pages of `docs/` and files of expected text that they read.

mod canned;
mod certificates;
mod conformance;
mod example;
mod exchange;
mod foreign;
mod golden;
mod greeter;
mod oracle;
mod page;
mod process;
mod queues;
mod sent;
mod target;
mod terminal;
mod typed;

pub use canned::{canned, canned_bytes};
pub use certificates::{Certificates, Signed};
pub use conformance::{Conformance, stubs};
pub use example::example;
pub use foreign::{Missing, Peers, Policy, present};
pub use golden::golden;
pub use greeter::{Bare, Greeter};
pub use oracle::Oracle;
pub use page::{Block, Exchange, HttpMessage, Page, hex};
pub use process::{Finished, Server, finish};
pub use queues::{QueueEndpoint, room_for_queues};
pub use sent::sent_body;
pub use target::scratch;
pub use terminal::Terminal;
pub use typed::squeezed;
