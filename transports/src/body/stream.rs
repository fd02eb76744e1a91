//! Other people's bodies as ours.

use std::any::Any;
use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;

use super::{Body, BodyError};

pin_project! {
    /// Turns the data and the error of any body into ours.
    struct Adapted<B> {
        #[pin]
        inner: B,
    }
}

impl Body {
    /// Any [`http_body::Body`] as a `Body`: a stream of one's own, or axum's or tonic's bodies.
    ///
    /// A `Body` is passed through as it is, not boxed again. `Bytes` are not copied.
    pub fn stream<B>(body: B) -> Self
    where
        B: http_body::Body + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let mut slot = Some(body);
        if let Some(own) = (&mut slot as &mut dyn Any).downcast_mut::<Option<Body>>() {
            return own.take().unwrap_or_default();
        }
        match slot {
            Some(inner) => Self::Stream(Box::pin(Adapted { inner })),
            None => Self::Empty,
        }
    }
}

impl<B> http_body::Body for Adapted<B>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Poll::Ready(match ready!(self.project().inner.poll_frame(cx)) {
            Some(Ok(frame)) => Some(Ok(frame.map_data(|mut data| data.copy_to_bytes(data.remaining())))),
            Some(Err(error)) => Some(Err(BodyError::other(error))),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
