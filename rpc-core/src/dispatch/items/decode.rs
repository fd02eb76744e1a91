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
    /// The status of an item that does not decode, by its place.
    refused: fn(&MethodSchema, usize, Error) -> Status,
    method: &'static MethodSchema,
    /// How many items there were.
    count: usize,
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
        let refused = |method: &MethodSchema, place: usize, error: Error| {
            let name = method.stream.map_or("", |argument| argument.text);
            let between = match error.path().bytes().next() {
                None => ": ",
                Some(b'[') => "",
                Some(_) => ".",
            };
            let text = format!("Invalid params: {name}[{place}]{between}{error}");
            Status::of_case(Case::InvalidParams, text)
        };
        let types = PhantomData;
        Streaming::new(Decoding { pull, codec, refused, method, count: 0, trailers: None, types })
    }

    /// What a method streams to its caller.
    pub(crate) fn results(
        pull: Pin<Box<dyn Pull>>,
        codec: Codec,
        method: &'static MethodSchema,
    ) -> Streaming<T, E> {
        let refused = |method: &MethodSchema, _: usize, error: Error| {
            let method = method.full_name();
            Status::internal(format!("an item of {method} does not decode: {error}")).received()
        };
        let trailers = Trailers::default();
        let (kept, types) = (Some(trailers.clone()), PhantomData);
        let decoding = Decoding { pull, codec, refused, method, count: 0, trailers: kept, types };
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
        let (codec, mut decoded) = (this.codec, None);
        let show = &mut |item: &[u8]| decoded = Some(codec.decode_value(item));
        Poll::Ready(match ready!(this.pull.as_mut().poll_shown(cx, show)) {
            Ok(true) => {
                let place = this.count;
                this.count += 1;
                let refused = |error| E::from((this.refused)(this.method, place, error));
                decoded.map(|decoded| decoded.map_err(refused))
            }
            Ok(false) => {
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
