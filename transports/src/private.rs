//! What fuzz targets and benchmarks reach of the inside: no part of the API.

#[cfg(fuzzing)]
pub use crate::message::link::fuzzing as link;
pub use crate::message::{bhttp, layer};
