//! The items of a stream that a client reads through a cursor.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Response, Uri};
use polyrpc_transports::Body;
use tokio::runtime::Handle;

use super::MEDIA_TYPE;
use super::client::result;
use super::elements::Elements;
use crate::codec::xml::{parse_batch, write_close, write_next};
use crate::dispatch::Pull;
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{Http, post_frame, reply};
use crate::schema::MethodSchema;
use crate::status::Status;

/// The most items that are asked for at once. The server sends fewer where they are large.
const MAX: u32 = 1000;

/// A stream that a server keeps open.
pub(super) struct Cursor<H> {
    pub(super) http: H,
    pub(super) uri: Uri,
    /// The method that streams.
    pub(super) method: &'static MethodSchema,
    /// The metadata of the call, which goes with each of its parts.
    pub(super) headers: HeaderMap,
    pub(super) id: String,
    pub(super) limit: usize,
}

/// The items of a `next`.
struct Batch {
    items: Elements,
    /// What goes behind them, where they are the last.
    end: Option<Box<ReplyParts>>,
}

/// Why there is no batch, and whether the server said so.
struct Failure {
    status: Status,
    told: bool,
}

type Next = Pin<Box<dyn Future<Output = Result<Batch, Failure>> + Send>>;

/// Reads a cursor, and closes it when dropped before the end.
pub(super) struct Reading<H: Http> {
    cursor: Arc<Cursor<H>>,
    batch: Option<Batch>,
    next: Option<Next>,
    /// Whether the server has let go of the cursor.
    ended: bool,
    parts: Option<Box<ReplyParts>>,
}

impl<H: Http> Cursor<H> {
    /// Sends a request about the cursor. It has no deadline: that of the call went with `open`, and the caller keeps
    /// it too.
    async fn send(&self, frame: Vec<u8>) -> Result<Response<Body>, Status> {
        let request = post_frame(&self.uri, MEDIA_TYPE, self.headers.clone(), None, frame.into());
        self.http.send(Some(self.method), request).await
    }

    async fn next(self: Arc<Self>) -> Result<Batch, Failure> {
        let mut frame = Vec::with_capacity(256);
        let lost = |status| Failure { status, told: false };
        let told = |status| Failure { status, told: true };
        let unwritable = |error| Status::internal(format!("the stream has no id that can be sent: {error}"));
        write_next(&self.id, MAX, &mut frame).map_err(|error| lost(unwritable(error)))?;
        let response = self.send(frame).await.map_err(lost)?;
        let read = |status, headers: &_, data| result(false, status, headers, data);
        let mut reply = reply(response, self.limit, read).await.map_err(told)?;
        let ReplyParts { headers, trailers, .. } = std::mem::take(reply.parts_mut());
        let (value, _) = reply.into_received();
        let batch = parse_batch(&value).map_err(|error| {
            lost(Status::internal(format!("system.stream.next answered no items: {error}")))
        })?;
        let end = batch.done.then(|| Box::new(behind(headers, &trailers)));
        Ok(Batch { items: Elements::new(value, batch.items), end })
    }

    async fn close(self: Arc<Self>) {
        let mut frame = Vec::with_capacity(256);
        if write_close(&self.id, &mut frame).is_ok()
            && let Err(status) = self.send(frame).await
        {
            tracing::debug!(%status, "a stream was not closed, and ends by itself");
        }
    }
}

/// Trailers arrive as headers of the last response.
fn behind(mut headers: Metadata, trailers: &Metadata) -> ReplyParts {
    headers.extend(trailers);
    ReplyParts { trailers: headers, ..ReplyParts::default() }
}

impl<H: Http> Reading<H> {
    pub(super) fn new(cursor: Cursor<H>) -> Reading<H> {
        Reading { cursor: Arc::new(cursor), batch: None, next: None, ended: false, parts: None }
    }
}

impl<H: Http> Pull for Reading<H> {
    fn poll_item(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        let this = &mut *self;
        loop {
            if let Some(batch) = &mut this.batch {
                if let Some(item) = batch.items.next() {
                    return Poll::Ready(Ok(Some(item)));
                }
                if let Some(end) = batch.end.take() {
                    (this.batch, this.parts) = (None, Some(end));
                }
            }
            if this.ended {
                return Poll::Ready(Ok(None));
            }
            let next = this.next.get_or_insert_with(|| Box::pin(this.cursor.clone().next()));
            let answered = ready!(next.as_mut().poll(cx));
            this.next = None;
            match answered {
                Ok(batch) => {
                    this.ended = batch.end.is_some();
                    this.batch = Some(batch);
                }
                Err(Failure { mut status, told }) => {
                    this.ended = told;
                    if let Some(parts) = status.take_reply() {
                        let ReplyParts { headers, trailers, .. } = *parts;
                        status = status.with_reply(behind(headers, &trailers));
                    }
                    return Poll::Ready(Err(status));
                }
            }
        }
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.parts.take()
    }
}

impl<H: Http> Drop for Reading<H> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // A `next` that waits is given up first: it holds the stream. Without a runtime the server ends it by itself.
        self.next = None;
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.cursor.clone().close());
        }
    }
}
