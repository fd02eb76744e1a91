//! From the body of a gRPC-Web request to gRPC's.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;
use polyrpc_transports::{Body, BodyError};

use super::base64::Decoder;
use super::form::Form;
use crate::status::Status;

/// The same messages, as gRPC has them.
pub(super) fn translated(body: Body, form: Form) -> Body {
    match form {
        Form::Binary => body,
        Form::Text => Body::stream(Decoding { body, decoder: Decoder::default() }),
    }
}

/// A body out of its base64.
struct Decoding {
    body: Body,
    decoder: Decoder,
}

impl http_body::Body for Decoding {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Decoding { body, decoder } = &mut *self;
        let bytes = match ready!(Pin::new(body).poll_frame(cx)) {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(text) => decoder.decode(&text),
                // A request has no trailers to speak of.
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            },
            None if decoder.is_torn() => None,
            other => return Poll::Ready(other),
        };
        let refused = || BodyError::other(Status::internal("the request is not base64"));
        Poll::Ready(Some(bytes.map(|bytes| Frame::data(bytes.into())).ok_or_else(refused)))
    }
}
