//! A stream as one array: its items as slices of the document, one after the other.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::codec::xml::Array;
use crate::dispatch::Pull;
use crate::metadata::ReplyParts;
use crate::status::Status;

/// The items of an array that stands in a document.
pub(super) struct Elements {
    document: Bytes,
    array: Array,
}

impl Elements {
    pub(super) fn new(document: Bytes, array: Array) -> Elements {
        Elements { document, array }
    }

    pub(super) fn next(&mut self) -> Option<Bytes> {
        self.array.next().map(|item| self.document.slice(item))
    }
}

impl Pull for Elements {
    fn poll_item(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        Poll::Ready(Ok(self.next()))
    }

    fn take_parts(self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        None
    }
}
