//! A schema as it was at some time: what peers rely on, kept as JSON.
//!
//! [`Snapshot::of`] takes it of services, [`compat`](super::compat) compares two, and
//! [`assert_compatible!`](crate::assert_compatible) does both in a test.

mod assert;
mod capture;
mod model;
mod read;
mod ty;
mod write;

pub use assert::assert_compatible;
pub use model::{Content, Field, Method, Service, Shape, Snapshot, Value, Variant};
pub use read::SnapshotError;
pub use ty::Ty;
