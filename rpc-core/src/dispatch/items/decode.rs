//! From encoded items to a typed stream.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Pull;
use crate::codec::{Codec, Decode, Error};
use crate::metadata::ReplyParts;
use crate::schema::MethodSchema;
use crate::status::{Case, Status};
use crate::streaming::{Streaming, Trailers};

/// The items of a stream, decoded as they are asked for.
pub(crate) struct Decoding<T, E> {
    pull: Pin<Box<dyn Pull>>,
    codec: Codec,
    /// The status of an item that does not decode.
    refused: fn(&MethodSchema, Error) -> Status,
    method: &'static MethodSchema,
    trailers: Option<Trailers>,
    types: PhantomData<fn() -> Result<T, E>>,
}

impl<T, E> Decoding<T, E>
where
    T: for<'de> Decode<'de> + 'static,
    E: From<Status> + 'static,
{
    /// What a caller streams to a method.
    pub(crate) fn arguments(
        pull: Pin<Box<dyn Pull>>,
        codec: Codec,
        method: &'static MethodSchema,
    ) -> Streaming<T, E> {
        let refused = |_: &MethodSchema, error: Error| {
            Status::of_case(Case::InvalidParams, format!("Invalid params: an item of the stream: {error}"))
        };
        Streaming::new(Decoding { pull, codec, refused, method, trailers: None, types: PhantomData })
    }

    /// What a method streams to its caller.
    pub(crate) fn results(
        pull: Pin<Box<dyn Pull>>,
        codec: Codec,
        method: &'static MethodSchema,
    ) -> Streaming<T, E> {
        let refused = |method: &MethodSchema, error: Error| {
            let method = method.full_name();
            Status::internal(format!("an item of {method} does not decode: {error}")).received()
        };
        let trailers = Trailers::default();
        let decoding =
            Decoding { pull, codec, refused, method, trailers: Some(trailers.clone()), types: PhantomData };
        Streaming::received(decoding, trailers)
    }
}

impl<T, E> Decoding<T, E> {
    /// Keeps what came behind the last item, for whoever asks the stream.
    fn keep(&self, parts: Option<Box<ReplyParts>>) {
        if let Some(trailers) = &self.trailers {
            // The end is told once.
            let _ = trailers.set(parts.map(|parts| parts.trailers).unwrap_or_default());
        }
    }
}

impl<T, E> Stream for Decoding<T, E>
where
    T: for<'de> Decode<'de>,
    E: From<Status>,
{
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        let this = &mut *self;
        Poll::Ready(match ready!(this.pull.as_mut().poll_item(cx)) {
            Ok(Some(item)) => {
                let decoded = this.codec.decode_value(&item);
                Some(decoded.map_err(|error| E::from((this.refused)(this.method, error))))
            }
            Ok(None) => {
                let parts = this.pull.as_mut().take_parts();
                this.keep(parts);
                None
            }
            Err(mut status) => {
                this.keep(status.take_reply());
                Some(Err(status.into()))
            }
        })
    }
}
