//! What clients and servers promise, whatever protocol and transport lie between them.
#![cfg(unix)]

mod bridge;
mod call_options;
mod channel;
mod contract;
mod digits;
mod failures;
mod in_process;
mod layers;
mod limits;
mod loss;
mod mounting;
mod page;
mod reconnection;
mod server;
mod shutdown;
mod signals;
mod spans;
mod support;
