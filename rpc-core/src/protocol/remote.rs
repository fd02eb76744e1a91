//! How a client's call goes through a protocol to whatever carries HTTP semantics.

use std::future::Future;
use std::sync::Arc;

use http::{Request, Response, Version};
use polyrpc_transports::{Body, ClientError, Priority};
use tower_service::Service;

use super::announce::announce;
use super::no_response;
use crate::codec::Codec;
use crate::dispatch::{Call, Invoke, Reply, ReplyFuture};
use crate::schema::MethodSchema;
use crate::status::Status;

/// How a protocol frames the arguments of a call: the client encodes them between `open` and `close`.
pub(crate) trait Framing: Send + Sync + 'static {
    /// How arguments and results are encoded.
    fn codec(&self) -> Codec;

    /// Writes what stands before the arguments.
    fn open(&self, method: &'static MethodSchema, frame: &mut Vec<u8>);

    /// Writes what stands behind the arguments, which begin at `start`.
    fn close(&self, method: &'static MethodSchema, frame: &mut Vec<u8>, start: usize) -> Result<(), Status>;
}

impl<T: Framing + ?Sized> Framing for Arc<T> {
    fn codec(&self) -> Codec {
        (**self).codec()
    }

    fn open(&self, method: &'static MethodSchema, frame: &mut Vec<u8>) {
        (**self).open(method, frame);
    }

    fn close(&self, method: &'static MethodSchema, frame: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        (**self).close(method, frame, start)
    }
}

/// How a handler calls whoever calls it, on the same connection.
pub(crate) struct Caller {
    pub(crate) framing: Arc<dyn Framing>,
    pub(crate) target: Arc<dyn Invoke>,
}

/// The client's side of a protocol.
pub(crate) trait ClientProtocol: Framing {
    /// The version of HTTP that its requests are made of: what a TLS connection is made for.
    const VERSION: Version;

    /// Makes a call by as many requests as it takes; every failure that a response tells of is an error.
    fn call(&self, http: &impl Http, call: Call) -> impl Future<Output = Result<Reply, Status>> + Send;

    /// Opens what all calls will go over, where that is not a connection of HTTP; false where it is.
    fn prove(&self, _http: &impl Http) -> impl Future<Output = Result<bool, Status>> + Send {
        async { Ok(false) }
    }
}

/// What carries requests: a transport, and the layers around it.
pub(crate) trait Http: Clone + Send + Sync + 'static {
    /// Sends a request, and gives the head of its response. It has the priority of the method of whose call it is a
    /// part; a request that many calls share is of none.
    fn send(
        &self,
        method: Option<&'static MethodSchema>,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<Body>, Status>> + Send;

    /// Sends the request of a call, and tells whoever waits for it when the transport has taken the bytes.
    fn send_call(
        &self,
        call: &mut Call,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<Body>, Status>> + Send {
        let request = match call.take_announcement() {
            Some(taken) => request.map(|body| announce(body, taken)),
            None => request,
        };
        self.send(Some(call.method()), request)
    }
}

impl<S> Http for S
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + Sync + 'static,
    S::Error: Into<ClientError>,
    S::Future: Send,
{
    async fn send(
        &self,
        method: Option<&'static MethodSchema>,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Status> {
        if let Some(priority) = method.and_then(|method| method.priority) {
            request.extensions_mut().insert(Priority::new(priority));
        }
        let mut http = self.clone();
        let lost = |error: S::Error| no_response(error.into());
        std::future::poll_fn(|cx| http.poll_ready(cx)).await.map_err(lost)?;
        http.call(request).await.map_err(lost)
    }
}

/// Calls over a protocol `P` and what carries its requests.
pub(crate) struct Remote<P, H> {
    protocol: Arc<P>,
    http: H,
}

impl<P, H> Remote<P, H> {
    pub(crate) fn new(protocol: Arc<P>, http: H) -> Remote<P, H> {
        Remote { protocol, http }
    }
}

impl<P: ClientProtocol, H: Http> Invoke for Remote<P, H> {
    fn invoke(&self, call: Call) -> ReplyFuture {
        let (protocol, http) = (self.protocol.clone(), self.http.clone());
        Box::pin(async move { protocol.call(&http, call).await })
    }
}
