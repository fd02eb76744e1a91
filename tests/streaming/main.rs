//! Streams: every call kind, whatever protocol and transport lie between.
#![cfg(unix)]

mod kinds;
mod raw;
mod service;
