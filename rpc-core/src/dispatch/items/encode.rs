//! From a typed stream to its items, encoded.

use std::pin::Pin;
use std::task::{self, Poll, ready};

use futures_core::Stream;

use super::{Fill, Filler, Sink};
use crate::codec::{Codec, Encode};
use crate::context::{Context, enter};
use crate::dispatch::unencodable;
use crate::metadata::ReplyParts;
use crate::schema::MethodSchema;
use crate::status::Status;
use crate::streaming::Streaming;

/// Who made a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A handler, as its result; a bridge's `forwards` the statuses that its client received.
    Handler { forwards: bool },
    /// A caller, as an argument.
    Caller,
}

/// The items of a stream, encoded as they are asked for. Its context is the current one meanwhile.
pub(crate) struct Encoding<T, E> {
    pub(crate) stream: Streaming<T, E>,
    pub(crate) codec: Codec,
    pub(crate) method: &'static MethodSchema,
    /// The call's own; dropped with the stream, which ends the call.
    pub(crate) cx: Context,
    pub(crate) origin: Origin,
    filler: Filler,
}

impl<T, E> Encoding<T, E> {
    pub(crate) fn new(
        stream: Streaming<T, E>,
        codec: Codec,
        method: &'static MethodSchema,
        cx: Context,
        origin: Origin,
    ) -> Encoding<T, E> {
        Encoding { stream, codec, method, cx, origin, filler: Filler::default() }
    }
}

impl<T: Encode + Send, E: Into<Status> + Send> Fill for Encoding<T, E> {
    fn poll_fill(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
        sink: &mut Sink<'_>,
    ) -> Poll<Result<bool, Status>> {
        let Encoding { stream, codec, method, cx, origin, filler } = &mut *self;
        enter(cx, || {
            filler.poll_fill(sink, |sink| match ready!(Pin::new(&mut *stream).poll_next(task)) {
                None => Poll::Ready(Ok(false)),
                Some(Ok(item)) => {
                    let encode = |out: &mut Vec<u8>| {
                        codec.encode_value(&item, out).map_err(|error| unencodable(&error))
                    };
                    Poll::Ready(sink.write(encode).map(|()| true))
                }
                Some(Err(error)) => {
                    let status = error.into().in_package((method.service)().package);
                    Poll::Ready(Err(match origin {
                        Origin::Handler { forwards: false } => status,
                        Origin::Handler { forwards: true } | Origin::Caller => status.forward(),
                    }))
                }
            })
        })
    }

    fn take_parts(self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        match self.origin {
            Origin::Handler { .. } => self.cx.take_reply(),
            // The reply of the call is not the caller's to make.
            Origin::Caller => None,
        }
    }
}
