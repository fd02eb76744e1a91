//! prost's types of the messages of `polyrpc-test-model`: an independent implementation to hold ours against. The build
//! script makes them from our own `.proto`; a proto package is a module.

#![allow(missing_docs, clippy::all, reason = "prost-build writes it")]

include!(concat!(env!("OUT_DIR"), "/packages.rs"));
