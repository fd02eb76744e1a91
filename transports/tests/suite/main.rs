//! What every transport promises, and what none puts up with.
#![cfg(all(
    unix,
    feature = "client",
    feature = "server",
    feature = "tcp",
    feature = "tls",
    feature = "pipe",
    feature = "unix",
    feature = "posix-mq",
    feature = "mem"
))]

mod conformance;
#[cfg(target_os = "linux")]
mod descriptors;
mod faults;
mod frames;
mod limits;
mod pipe;
#[cfg(target_os = "linux")]
mod queues;
mod streams;
mod support;
mod tls;
mod unix;
#[cfg(target_os = "linux")]
mod users;
