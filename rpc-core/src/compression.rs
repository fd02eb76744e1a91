//! How a client compresses its requests.

/// How a client compresses its requests, where it does: `ChannelBuilder::compression` says so for all calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// gzip (RFC 1952), which every gRPC server knows.
    #[default]
    Gzip,
    /// Zstandard (RFC 8878): smaller and faster, and known to few.
    Zstd,
}
