//! HTTP/1 connections that become something else (RFC 9110, section 7.8).

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::header::{CONNECTION, UPGRADE};
use ::http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use bytes::Bytes;
use http_body::{Body as _, Frame};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use super::super::duplex::{Arriving, Limits, open, say};
use super::super::io::Io;
use crate::server::Stop;
use crate::{Body, BodyError, Upgrade};

/// The connection that a request asks for.
pub(super) struct Offer {
    upgraded: OnUpgrade,
    arriving: oneshot::Sender<Arriving>,
}

/// What a connection is to become, once a response has agreed to it.
#[derive(Clone, Default)]
pub(super) struct Switching(Arc<Mutex<Option<Switch>>>);

pub(super) struct Switch {
    offer: Offer,
    body: Body,
}

/// The request with the connection for its body, where it asks for an upgrade.
pub(super) fn asked(request: &mut Request<hyper::body::Incoming>) -> Option<(Request<Body>, Offer)> {
    // A client may offer what it need not get (h2c, beside a call): what has a body is a request like others.
    let is_bare = request.method() == Method::GET && request.body().is_end_stream();
    if request.version() != Version::HTTP_11 || !is_bare {
        return None;
    }
    let protocol = protocol(request.headers())?;
    let upgraded = hyper::upgrade::on(&mut *request);
    let (sender, arriving) = oneshot::channel();
    let mut asking = Request::new(Body::Stream(Box::pin(Late::Waiting(arriving))));
    *asking.method_mut() = request.method().clone();
    *asking.uri_mut() = request.uri().clone();
    *asking.version_mut() = request.version();
    *asking.headers_mut() = std::mem::take(request.headers_mut());
    asking.extensions_mut().insert(Upgrade::to(protocol));
    Some((asking, Offer { upgraded, arriving: sender }))
}

fn protocol(headers: &HeaderMap) -> Option<String> {
    let mut options = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let asks =
        options.any(|value| value.split(',').any(|option| option.trim().eq_ignore_ascii_case("upgrade")));
    headers.get(UPGRADE).filter(|_| asks)?.to_str().ok().map(str::to_owned)
}

impl Switching {
    /// The head of the response; if it agrees, its body goes on the connection afterwards.
    pub(super) fn agree(&self, offer: Option<Offer>, mut response: Response<Body>) -> Response<Body> {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS
            && let Some(offer) = offer
        {
            let body = std::mem::take(response.body_mut());
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Switch { offer, body });
        }
        response
    }

    pub(super) fn take(&self) -> Option<Switch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Switch {
    /// Runs what the connection has become to its end.
    pub(super) async fn go_on(self, stop: Stop, idle: Duration) {
        let Switch { offer: Offer { upgraded, arriving }, body } = self;
        let Ok(upgraded) = upgraded.await else { return };
        let Some(io) = taken_back(upgraded) else { return };
        let (read, write) = open(io);
        // A body that nobody reads is none.
        let _ = arriving.send(read.until(stop));
        say(write, body, Limits::of_server(idle)).await;
    }
}

/// The connection, with what the engine had read ahead.
fn taken_back(upgraded: Upgraded) -> Option<Io> {
    let parts = upgraded.downcast::<TokioIo<Io>>().ok()?;
    Some(parts.io.into_inner().after(parts.read_buf))
}

/// A body that is there once the connection has become what was asked for.
enum Late {
    Waiting(oneshot::Receiver<Arriving>),
    Arrived(Arriving),
    Gone,
}

impl http_body::Body for Late {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Late::Waiting(arriving) = &mut *self {
            match std::task::ready!(Pin::new(arriving).poll(cx)) {
                Ok(arriving) => *self = Late::Arrived(arriving),
                Err(gone) => {
                    *self = Late::Gone;
                    return Poll::Ready(Some(Err(BodyError::lost(gone))));
                }
            }
        }
        match &mut *self {
            Late::Arrived(arriving) => Pin::new(arriving).poll_frame(cx),
            Late::Waiting(_) | Late::Gone => Poll::Ready(None),
        }
    }
}
