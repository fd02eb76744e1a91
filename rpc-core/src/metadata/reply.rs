//! What a reply carries beside its value.

use super::{InvalidMetadata, Metadata};

/// What a reply carries beside its value.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReplyParts {
    /// Sent before the value.
    pub headers: Metadata,
    /// Sent after the value; in protocols that have no trailers, as headers.
    pub trailers: Metadata,
    /// Whether the handler asked for compression, or forbade it.
    pub compress: Option<bool>,
    /// The first pair that cannot be sent; it fails the reply.
    pub(crate) invalid: Option<InvalidMetadata>,
}
