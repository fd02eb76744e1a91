//! Bodies whose bytes come from elsewhere.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;
use polyrpc_transports::{Body, BodyError};
use tokio::sync::oneshot;

/// A body that is there once the response to another one is.
pub(super) enum Later {
    Waiting(oneshot::Receiver<Body>),
    Here(Body),
    Never,
}

impl Later {
    pub(super) fn new(body: oneshot::Receiver<Body>) -> Later {
        Later::Waiting(body)
    }
}

impl http_body::Body for Later {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Later::Waiting(body) = &mut *self {
            *self = match ready!(Pin::new(body).poll(cx)) {
                Ok(body) => Later::Here(body),
                Err(_) => Later::Never,
            };
        }
        match &mut *self {
            Later::Here(body) => Pin::new(body).poll_frame(cx),
            Later::Waiting(_) | Later::Never => Poll::Ready(None),
        }
    }
}
