//! prost's types of the messages of `polyrpc-test-model`: an independent implementation to hold ours against. They are
//! made from the `.proto` files in `proto/`, which are what `polyrpc-codegen` writes of those messages: a test compares,
//! and renews them. A proto package is a module.

#![allow(missing_docs, clippy::all, reason = "prost-build writes it")]

include!(concat!(env!("OUT_DIR"), "/packages.rs"));
