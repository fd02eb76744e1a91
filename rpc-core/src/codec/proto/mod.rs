//! proto3's wire format ([encoding](https://protobuf.dev/programming-guides/encoding/)): the primitives.

mod descriptor;
mod reader;
mod writer;

pub use descriptor::file_descriptor;
pub use reader::{Key, Reader};
pub use writer::{Mark, Writer};

/// How deep messages may stand in each other: prost's limit, and the default of other implementations.
const MAX_DEPTH: u8 = 100;
