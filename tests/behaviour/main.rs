//! What clients and servers promise, whatever protocol and transport lie between them.
#![cfg(unix)]

mod bridge;
mod call_options;
mod channel;
mod contract;
mod credentials;
mod digits;
mod failures;
mod in_process;
mod layers;
mod limits;
mod loss;
mod mounting;
mod one_way;
mod page;
mod pipe;
#[cfg(target_os = "linux")]
mod priorities;
#[cfg(target_os = "linux")]
mod queues;
mod reconnection;
mod server;
mod shutdown;
mod signals;
mod spans;
mod support;
mod tls;
#[cfg(target_os = "linux")]
mod wire;
