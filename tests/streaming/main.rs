//! Streams: every call kind, whatever protocol and transport lie between.
#![cfg(unix)]

mod cancel;
mod flood;
mod kinds;
mod lagging;
mod raw;
mod service;
mod tonic;
mod wire;
