//! What clients and servers promise, whatever protocol and transport lie between them.
#![cfg(unix)]

mod call_options;
mod channel;
mod in_process;
mod reconnection;
mod support;
