//! The body of a request that streams. A caller whose stream fails ends the call: gRPC has no other way to say so.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;
use polyrpc_transports::BodyError;
use tokio::sync::mpsc;

use super::Messages;
use crate::dispatch::{FILL, Fill, Items, Pull, Sink};
use crate::metadata::ReplyParts;
use crate::protocol::grpc::compress::Encoding;
use crate::status::Status;

/// Hears of it when the caller's stream fails.
pub(in crate::protocol::grpc) struct Failed(mpsc::Receiver<Status>);

impl Failed {
    /// How the caller's stream failed; for ever pending where it does not.
    pub(in crate::protocol::grpc) async fn wait(&mut self) -> Status {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        match self.0.poll_recv(cx) {
            Poll::Ready(Some(status)) => Poll::Ready(status),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}

/// Messages in frames of what is ready, up to [`FILL`] bytes.
pub(in crate::protocol::grpc) struct Uploading {
    items: Option<Pin<Box<dyn Fill>>>,
    messages: Messages,
    filled: usize,
    failed: mpsc::Sender<Status>,
}

impl Uploading {
    pub(in crate::protocol::grpc) fn new(items: Items, encoding: Encoding) -> (Uploading, Failed) {
        let (failed, heard) = mpsc::channel(1);
        let messages = Messages::new(encoding);
        (Uploading { items: Some(items.into_fill()), messages, filled: 0, failed }, Failed(heard))
    }
}

impl http_body::Body for Uploading {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let Some(items) = &mut this.items else { return Poll::Ready(None) };
        let mut out = Vec::with_capacity(this.filled);
        match ready!(items.as_mut().poll_fill(cx, &mut Sink::new(&mut out, &mut this.messages, FILL))) {
            Ok(true) => {
                this.filled = out.len();
                Poll::Ready(Some(Ok(Frame::data(out.into()))))
            }
            Ok(false) => {
                this.items = None;
                Poll::Ready(None)
            }
            Err(status) => {
                this.items = None;
                let error = BodyError::other(status.to_string());
                // Whoever made the call takes it from here, unless it has gone.
                let _ = this.failed.try_send(status);
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.items.is_none()
    }
}

/// The messages of a reply while the request's are still sent.
pub(in crate::protocol::grpc) struct WhileUploading {
    pull: Pin<Box<dyn Pull>>,
    failed: Failed,
}

impl WhileUploading {
    pub(in crate::protocol::grpc) fn new(items: Items, failed: Failed) -> WhileUploading {
        WhileUploading { pull: items.into_pull(), failed }
    }
}

impl Pull for WhileUploading {
    fn poll_item(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        if let Poll::Ready(status) = self.failed.poll(cx) {
            return Poll::Ready(Err(status));
        }
        self.pull.as_mut().poll_item(cx)
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.pull.as_mut().take_parts()
    }
}
