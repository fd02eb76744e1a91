//! A pool of HTTP/1.1 connections.
//!
//! Each connection is polled by the call that uses it: there is no task behind it, and no hop to one.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use ::http::{Request, Response};
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::super::incoming::http1_error;
use super::super::io::Io;
use super::dial::Dialer;
use crate::{Body, BodyError, ClientConfig, ClientError};

/// Connections that no call uses at the moment.
pub(super) struct Pool {
    dialer: Arc<Dialer>,
    config: ClientConfig,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The one that was used last stands last.
    links: Vec<(Instant, Link)>,
    /// Looks for those that were idle for too long.
    sweeper: Option<AbortHandle>,
}

impl Drop for Idle {
    fn drop(&mut self) {
        if let Some(sweeper) = &self.sweeper {
            sweeper.abort();
        }
    }
}

/// A connection: the engine, and its handle.
struct Link {
    send: http1::SendRequest<Body>,
    engine: http1::Connection<TokioIo<Io>, Body>,
    ended: bool,
}

impl Pool {
    pub(super) fn new(dialer: Arc<Dialer>, config: ClientConfig) -> Arc<Self> {
        Arc::new(Self { dialer, config, idle: Mutex::default() })
    }

    pub(super) async fn send(
        self: &Arc<Self>,
        request: Request<Body>,
    ) -> Result<Response<Body>, ClientError> {
        let link = match self.take_idle().await {
            Some(link) => link,
            None => self.connect().await?,
        };
        match self.exchange(link, request).await {
            // The engine gave the request back, so nothing of it was sent.
            Err((_, Some(request))) => {
                let link = self.connect().await?;
                self.exchange(link, request).await.map_err(|(error, _)| error)
            }
            Err((error, None)) => Err(error),
            Ok(response) => Ok(response),
        }
    }

    /// The connection that was used last and still lives.
    async fn take_idle(&self) -> Option<Link> {
        loop {
            let (_, mut link) = self.idle().links.pop()?;
            // The server may have closed it meanwhile: its end is there to read before anything is sent.
            let alive = poll_fn(|cx| {
                link.drive(cx);
                Poll::Ready(!link.ended && link.send.is_ready())
            });
            if alive.await {
                return Some(link);
            }
        }
    }

    async fn connect(&self) -> Result<Link, ClientError> {
        let socket = self.dialer.dial().await?;
        let io = TokioIo::new(Io::new(socket, Bytes::new(), Arc::default()));
        let (send, engine) = http1::Builder::new()
            .max_header_size(self.config.header_list as usize)
            .handshake(io)
            .await
            .map_err(ClientError::connect)?;
        Ok(Link { send, engine, ended: false })
    }

    /// On failure, the request comes back if nothing of it was sent.
    async fn exchange(
        self: &Arc<Self>,
        mut link: Link,
        request: Request<Body>,
    ) -> Result<Response<Body>, (ClientError, Option<Request<Body>>)> {
        let mut response = pin!(link.send.try_send_request(request));
        let result = poll_fn(|cx| {
            link.drive(cx);
            response.as_mut().poll(cx)
        })
        .await;
        match result {
            Ok(response) => {
                let (head, incoming) = response.into_parts();
                let mut reply = Reply { incoming, link: Some(link), pool: self.clone(), first: None };
                let body = poll_fn(|cx| Poll::Ready(reply.poll_first(cx))).await;
                let body = body.unwrap_or_else(|| Body::Stream(Box::pin(reply)));
                Ok(Response::from_parts(head, body))
            }
            Err(mut failed) => {
                let request = failed.take_message();
                let error = call_error(failed.into_error());
                Err((if request.is_some() { error.before_start() } else { error }, request))
            }
        }
    }

    fn keep(self: &Arc<Self>, link: Link) {
        let mut idle = self.idle();
        if idle.links.len() < self.config.idle_connections {
            idle.links.push((Instant::now(), link));
            // It may also have ended with its runtime.
            if idle.sweeper.as_ref().is_none_or(AbortHandle::is_finished)
                && let Ok(runtime) = Handle::try_current()
            {
                let sweeping = runtime.spawn(sweep(Arc::downgrade(self), self.config.idle));
                idle.sweeper = Some(sweeping.abort_handle());
            }
        }
    }

    /// Closes what was idle for too long. Returns whether anything is left to look after.
    fn close_old(&self) -> bool {
        let mut idle = self.idle();
        let old = idle.links.partition_point(|(since, _)| since.elapsed() >= self.config.idle);
        let closed: Vec<_> = idle.links.drain(..old).collect();
        let is_left = !idle.links.is_empty();
        if !is_left {
            idle.sweeper = None;
        }
        drop(idle);
        drop(closed);
        is_left
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks after the idle connections as long as there are any: calls take the one that was used last, so that no call
/// ever looks at the others.
async fn sweep(pool: Weak<Pool>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        if !pool.upgrade().is_some_and(|pool| pool.close_old()) {
            return;
        }
    }
}

fn call_error(error: hyper::Error) -> ClientError {
    if error.is_parse() {
        ClientError::protocol(error)
    } else if error.is_user() {
        ClientError::request(error)
    } else {
        ClientError::lost(error)
    }
}

impl Link {
    /// Lets the engine read and write. What it fails of, the call learns from its own future.
    fn drive(&mut self, cx: &mut Context<'_>) {
        if !self.ended {
            self.ended = Pin::new(&mut self.engine).poll(cx).is_ready();
        }
    }
}

/// The body of a response; it drives the connection, and gives it back at its end.
struct Reply {
    incoming: Incoming,
    link: Option<Link>,
    pool: Arc<Pool>,
    /// What was read ahead.
    first: Option<Result<Frame<Bytes>, BodyError>>,
}

impl Reply {
    /// The body, if all of it is there already: it needs no box then.
    fn poll_first(&mut self, cx: &mut Context<'_>) -> Option<Body> {
        if self.incoming.is_end_stream() {
            self.end(cx);
            return Some(Body::Empty);
        }
        let frame = match self.poll_incoming(cx) {
            Poll::Ready(Some(frame)) => frame.map_err(http1_error),
            Poll::Ready(None) => return Some(Body::Empty),
            Poll::Pending => return None,
        };
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) if self.link.is_none() => return Some(Body::from(data)),
            Ok(Ok(data)) => self.first = Some(Ok(Frame::data(data))),
            Ok(Err(trailers)) => self.first = Some(Ok(trailers)),
            // The engine tells it once.
            Err(error) => self.first = Some(Err(error)),
        }
        None
    }

    fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut polled = Pin::new(&mut self.incoming).poll_frame(cx);
        if polled.is_pending()
            && let Some(link) = &mut self.link
        {
            link.drive(cx);
            polled = Pin::new(&mut self.incoming).poll_frame(cx);
        }
        if matches!(polled, Poll::Ready(None)) || self.incoming.is_end_stream() {
            self.end(cx);
        }
        polled
    }

    /// Gives the connection back if another call can use it.
    fn end(&mut self, cx: &mut Context<'_>) {
        let Some(mut link) = self.link.take() else { return };
        link.drive(cx);
        if !link.ended && link.send.is_ready() {
            self.pool.keep(link);
        }
    }
}

impl http_body::Body for Reply {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Some(frame) = self.first.take() {
            return Poll::Ready(Some(frame));
        }
        self.poll_incoming(cx).map(|frame| frame.map(|frame| frame.map_err(http1_error)))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.incoming.size_hint();
        let first = self.first.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
        if let (Some(rest), Some(first)) = (hint.exact(), first) {
            hint.set_exact(rest + first.len() as u64);
        }
        hint
    }
}
