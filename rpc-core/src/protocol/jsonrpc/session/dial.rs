//! From a client to a session: how a connection is opened, and what is called over it.

use std::sync::Arc;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri, Version};
use polyrpc_transports::{Body, RawStream};
use tokio::sync::{Mutex, oneshot};

use super::super::requests::Requests;
use super::caller::line;
use super::driven::driven;
use super::driver::Session;
use super::later::Later;
use super::line::Line;
use super::serving::Serving;
use super::wire::{CONTENT_LENGTH, Framing, NEWLINE};
use crate::dispatch::{Call, Reply, Router};
use crate::metadata::Metadata;
use crate::protocol::{Http, Limits, foreign};
use crate::schema::MethodSchema;
use crate::status::Status;

/// How a session is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The connection itself.
    Raw(Raw),
    /// A WebSocket.
    WebSocket,
    /// A request whose body and whose reply's body are lines.
    Request,
}

/// How messages stand on a connection of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    Newline,
    ContentLength,
}

impl Way {
    fn framing(self) -> Framing {
        match self {
            Way::Raw(Raw::ContentLength) => Framing::ContentLength,
            #[cfg(feature = "websocket")]
            Way::WebSocket => Framing::WebSocket(super::wire::Role::Client),
            _ => Framing::Newline,
        }
    }
}

/// Opens sessions to one server.
pub(crate) struct Sessions {
    way: Way,
    uri: Uri,
    limits: Limits,
    requests: Arc<Requests>,
    /// What the server may call.
    router: Option<Arc<Router>>,
    /// What opens a session that all calls share: nothing of any one of them.
    headers: HeaderMap,
    /// The session that all calls share; none where each has one of its own.
    shared: Option<Mutex<Option<Line>>>,
}

impl Sessions {
    /// Sessions of which all calls share one, or of which each call that needs one has its own, so that a slow stream
    /// holds back no other. Where the server may call services of ours, there is one: it calls back where it is called.
    pub(crate) fn new(
        way: Way,
        uri: Uri,
        limits: Limits,
        requests: Arc<Requests>,
        router: Option<Arc<Router>>,
        headers: HeaderMap,
        shared: bool,
    ) -> Sessions {
        let shared = (shared || router.is_some()).then(Mutex::default);
        Sessions { way, uri, limits, requests, router, headers, shared }
    }

    /// Whether every call goes over the one session.
    pub(crate) fn are_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Makes a call, whose request has the id `id` (none for a notification) and ends with it.
    pub(crate) async fn call(
        &self,
        http: &impl Http,
        call: Call,
        message: Vec<u8>,
        id: Option<String>,
    ) -> Result<Reply, Status> {
        let line = self.line(http, Some(&call)).await?;
        line.call(call, message, id).await
    }

    /// Opens the session that is a connection of its own and that all calls share; false where there is none.
    pub(crate) async fn prove(&self, http: &impl Http) -> Result<bool, Status> {
        match self.way {
            Way::Raw(_) => self.line(http, None).await.map(|_| true),
            Way::WebSocket | Way::Request => Ok(false),
        }
    }

    /// A session to call over; one of its own is opened with the headers and the priority of the call.
    async fn line(&self, http: &impl Http, call: Option<&Call>) -> Result<Line, Status> {
        let Some(shared) = &self.shared else { return self.open(http, call).await };
        let mut shared = shared.lock().await;
        match &*shared {
            Some(line) if !line.is_closed() => Ok(line.clone()),
            _ => {
                let line = self.open(http, None).await?;
                *shared = Some(line.clone());
                Ok(line)
            }
        }
    }

    /// Opens a session for one call, or for all.
    async fn open(&self, http: &impl Http, call: Option<&Call>) -> Result<Line, Status> {
        let headers = call.map_or(&self.headers, |call| call.context().metadata().headers());
        let method = call.map(Call::method);
        let (line, asked) = line(self.requests.clone());
        let (arrives, incoming) = oneshot::channel();
        let incoming = Body::stream(Later::new(incoming));
        let serving = self.router.clone().map(|router| Serving::new(router, None, Metadata::new()));
        let session = Session::new(self.way.framing(), incoming, self.limits, serving, asked);
        let response = match self.way {
            Way::Raw(_) => http.send(method, self.raw(session)).await?,
            Way::Request => http.send(method, self.request(session, headers)).await?,
            Way::WebSocket => self.websocket(http, method, session, headers).await?,
        };
        let status = response.status();
        if !matches!(status, StatusCode::OK | StatusCode::SWITCHING_PROTOCOLS) {
            let data = response.into_body().collect(64 << 10).await.map(|collected| collected.data);
            return Err(foreign(status, &data.unwrap_or_default()));
        }
        // A session that has ended already says so at the first call.
        let _ = arrives.send(response.into_body());
        Ok(line)
    }

    fn raw(&self, session: Session) -> Request<Body> {
        let mut request = Request::new(Body::stream(session.on_a_connection()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        let content_type = if self.way == Way::Raw(Raw::ContentLength) { CONTENT_LENGTH } else { NEWLINE };
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        request.extensions_mut().insert(RawStream);
        request
    }

    fn request(&self, session: Session, headers: &HeaderMap) -> Request<Body> {
        let mut request = Request::new(driven(session));
        *request.method_mut() = Method::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(NEWLINE));
        request
    }

    #[cfg(feature = "websocket")]
    async fn websocket(
        &self,
        http: &impl Http,
        method: Option<&'static MethodSchema>,
        session: Session,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Status> {
        let said = Body::stream(session.on_a_connection());
        super::handshake::ask(http, method, self.uri.clone(), headers, said).await
    }

    #[cfg(not(feature = "websocket"))]
    async fn websocket(
        &self,
        _: &impl Http,
        _: Option<&'static MethodSchema>,
        _: Session,
        _: &HeaderMap,
    ) -> Result<Response<Body>, Status> {
        Err(Status::unimplemented(
            "a stream goes over a WebSocket, which is not in this build: cargo add polyrpc -F websocket",
        ))
    }
}
