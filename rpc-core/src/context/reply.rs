//! What a handler adds to its reply.

use super::Context;
use crate::metadata::{InvalidMetadata, ReplyParts};

/// A handle on the reply of the current call: see [`Context::reply`].
#[derive(Clone, Copy, Debug)]
pub struct ReplyHandle<'a>(pub(super) &'a Context);

impl ReplyHandle<'_> {
    /// Adds a header to the reply. A key or value that cannot be sent fails the call with `INTERNAL`, and the
    /// message names it.
    pub fn header(self, key: &str, value: &str) -> Self {
        self.change(|parts| parts.headers.append(key, value))
    }

    /// Adds a header of bytes; the key ends in `-bin`.
    pub fn header_bin(self, key: &str, value: &[u8]) -> Self {
        self.change(|parts| parts.headers.append_bin(key, value))
    }

    /// Adds a trailer to the reply, as [`header`](Self::header) does a header.
    pub fn trailer(self, key: &str, value: &str) -> Self {
        self.change(|parts| parts.trailers.append(key, value))
    }

    /// Adds a trailer of bytes; the key ends in `-bin`.
    pub fn trailer_bin(self, key: &str, value: &[u8]) -> Self {
        self.change(|parts| parts.trailers.append_bin(key, value))
    }

    /// Asks for the reply to be compressed with an encoding that the caller accepts, or forbids it. Where the
    /// caller accepts none, or the protocol has none, it is sent as it is.
    pub fn compress(self, compress: bool) -> Self {
        self.0.shared().reply().compress = Some(compress);
        self
    }

    fn change(self, add: impl FnOnce(&mut ReplyParts) -> Result<(), InvalidMetadata>) -> Self {
        let mut parts = self.0.shared().reply();
        if let Err(error) = add(&mut parts) {
            parts.invalid.get_or_insert(error);
        }
        drop(parts);
        self
    }
}
