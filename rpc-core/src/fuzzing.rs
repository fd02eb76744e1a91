//! The decoders that only the fuzz targets reach from outside. In builds of `fuzz/` alone.

pub use crate::protocol::grpc::fuzzing as grpc;
pub use crate::protocol::jsonrpc::fuzzing as jsonrpc;
