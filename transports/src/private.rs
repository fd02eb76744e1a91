//! What fuzz targets and benchmarks reach of the inside: no part of the API.

pub use crate::message::bhttp;
