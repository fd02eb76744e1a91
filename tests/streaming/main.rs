//! Streams: every call kind, whatever protocol and transport lie between.
#![cfg(unix)]

mod cancel;
mod kinds;
mod service;
