//! Streams: every call kind, whatever protocol and transport lie between.
#![cfg(unix)]

mod back;
mod cancel;
mod flood;
mod full;
mod kinds;
mod lagging;
mod raw;
mod service;
mod tonic;
mod wire;
