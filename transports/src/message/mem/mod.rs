//! Calls within the process: the request is handed to the service, which runs in the caller's own task.
//!
//! It is not on the [layer](super::layer) of the other message transports, for that would cost a small unary call 28 045
//! instructions where handing it over costs 4 840 (`benches/mem.rs`), before anything carries the messages, and bring
//! nothing: here no message is lost, and what a body holds need not be copied.

mod client;
mod listener;
mod served;
mod table;

pub(crate) use self::client::Client;
pub(crate) use self::listener::{Bound, bind};
