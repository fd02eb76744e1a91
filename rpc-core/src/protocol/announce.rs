//! A request body that tells when the transport has taken it: what the caller of a one-way method waits for.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use polyrpc_transports::Body;
use tokio::sync::oneshot;

struct Announced {
    data: Bytes,
    taken: Option<oneshot::Sender<()>>,
}

/// The same body, but `taken` hears of it when its bytes are handed over.
pub(super) fn announce(body: Body, taken: oneshot::Sender<()>) -> Body {
    match body {
        Body::Full { data, trailers: None } => Body::stream(Announced { data, taken: Some(taken) }),
        // The requests of one-way calls have no other body.
        other => other,
    }
}

impl http_body::Body for Announced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(taken) = self.taken.take() else { return Poll::Ready(None) };
        // A caller that has gone needs no word of it.
        let _ = taken.send(());
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.data)))))
    }

    fn is_end_stream(&self) -> bool {
        self.taken.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.len() as u64)
    }
}
