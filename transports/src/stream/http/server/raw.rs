//! A connection that is one request: a raw stream of messages, or what follows an upgrade.

use std::future::poll_fn;
use std::pin::Pin;

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderValue, Method, Request};
use http_body::Body as _;
use tokio::io::{AsyncWriteExt, WriteHalf, split};

use super::super::arriving::Arriving;
use super::super::io::Io;
use super::Connection;
use crate::Body;
use crate::server::{Call, Handler, Stop};

/// Serves a connection whose first bytes said that it is of this content-type.
pub(super) async fn serve<S: Handler>(connection: Connection<S>, content_type: &'static str) {
    let Connection { io, service, stop, .. } = connection;
    let (arriving, write) = open(io, stop);
    let mut request = Request::new(Body::Stream(Box::pin(arriving)));
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let response = Call::new(service, request).await;
    // What is no stream of messages cannot be said in one.
    if response.status().is_success() {
        say(write, response.into_body()).await;
    }
}

/// The two directions of a connection. What arrives ends when the listener stops, so that what runs can end too.
pub(super) fn open(io: Io, stop: Stop) -> (Arriving, WriteHalf<Io>) {
    let (read, write) = split(io);
    (Arriving::until(read, stop), write)
}

/// Writes a body as it comes, and ends the stream behind it.
pub(super) async fn say(mut write: WriteHalf<Io>, mut body: Body) {
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.into_data() else { continue };
        if write.write_all(&data).await.is_err() || write.flush().await.is_err() {
            return;
        }
    }
    // A peer that is gone needs no end.
    let _ = write.shutdown().await;
}
