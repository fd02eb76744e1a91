//! Streams: every call kind, whatever protocol and transport lie between.
#![cfg(unix)]

mod back;
mod cancel;
mod deadlines;
mod faults;
mod flood;
mod full;
mod kinds;
mod lagging;
mod place;
mod raw;
mod schema;
mod scripted;
mod service;
mod tonic;
mod wire;
