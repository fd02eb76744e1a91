//! Service schemas, written for other languages.
//!
//! [`proto`] renders `.proto` files, from which every gRPC implementation makes its stubs.

mod proto;

pub use proto::{ProtoFile, proto};
