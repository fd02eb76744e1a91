//! Bodies whose bytes come from elsewhere.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use polyrpc_transports::{Body, BodyError};
use tokio::sync::{mpsc, oneshot};

use super::driver::Session;

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

/// A session that runs in a task of its own, whoever reads what it says.
pub(super) fn driven(mut session: Session) -> Body {
    let (said, heard) = mpsc::channel::<Bytes>(1);
    tokio::spawn(async move {
        while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut session).poll_frame(cx)).await {
            let Ok(data) = frame.into_data() else { continue };
            if said.send(data).await.is_err() {
                return;
            }
        }
    });
    Body::stream(Heard(heard))
}

struct Heard(mpsc::Receiver<Bytes>);

impl http_body::Body for Heard {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|data| data.map(|data| Ok(Frame::data(data))))
    }
}
