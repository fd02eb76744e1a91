//! The macros of polyrpc.

mod common;
