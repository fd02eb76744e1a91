//! What a reply carries beside its value.

use super::{InvalidMetadata, Metadata};
#[cfg(all(any(feature = "client", feature = "server"), any(feature = "jsonrpc", feature = "xmlrpc")))]
use http::HeaderMap;

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

impl ReplyParts {
    /// Adds what came later; it replaces pairs with the same keys.
    pub(crate) fn add(&mut self, later: ReplyParts) {
        self.headers.extend(&later.headers);
        self.trailers.extend(&later.trailers);
        self.compress = later.compress.or(self.compress);
        self.invalid = self.invalid.take().or(later.invalid);
    }

    /// Adds headers and trailers alike to the headers of a response, for a protocol that has no trailers. They
    /// replace those that are there.
    #[cfg(any(
        all(feature = "jsonrpc", any(feature = "client", feature = "server")),
        all(feature = "server", feature = "xmlrpc")
    ))]
    pub(crate) fn merge_into(self, headers: &mut HeaderMap) {
        let fresh = [self.headers, self.trailers].map(Metadata::into_headers);
        for name in fresh.iter().flat_map(HeaderMap::keys) {
            headers.remove(name);
        }
        for (name, value) in fresh.iter().flatten() {
            headers.append(name.clone(), value.clone());
        }
    }
}
