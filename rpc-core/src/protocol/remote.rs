//! How a client's call goes through a protocol to whatever carries HTTP semantics.

use std::future::Future;
use std::sync::Arc;

use http::{Request, Response, Version};
use polyrpc_transports::{Body, ClientError};
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

impl<T: Framing> Framing for Arc<T> {
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

/// The client's side of a protocol.
pub(crate) trait ClientProtocol: Framing {
    /// The version of HTTP that its requests are made of: what a TLS connection is made for.
    const VERSION: Version;

    /// The request that carries a call.
    fn request(&self, call: &Call) -> Result<Request<Body>, Status>;

    /// The reply that a response carries; every failure that it tells of is an error.
    fn reply(
        &self,
        call: &Call,
        response: Response<Body>,
    ) -> impl Future<Output = Result<Reply, Status>> + Send;
}

/// Calls over a protocol `P` and an HTTP service `S`.
pub(crate) struct Remote<P, S> {
    protocol: Arc<P>,
    http: S,
}

impl<P, S> Remote<P, S> {
    pub(crate) fn new(protocol: Arc<P>, http: S) -> Remote<P, S> {
        Remote { protocol, http }
    }
}

impl<P, S> Invoke for Remote<P, S>
where
    P: ClientProtocol,
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + Sync + 'static,
    S::Error: Into<ClientError>,
    S::Future: Send,
{
    fn invoke(&self, mut call: Call) -> ReplyFuture {
        let protocol = self.protocol.clone();
        let mut http = self.http.clone();
        Box::pin(async move {
            let mut request = protocol.request(&call)?;
            if let Some(taken) = call.take_announcement() {
                request = request.map(|body| announce(body, taken));
            }
            std::future::poll_fn(|cx| http.poll_ready(cx))
                .await
                .map_err(|error| no_response(error.into()))?;
            let response = http.call(request).await.map_err(|error| no_response(error.into()))?;
            protocol.reply(&call, response).await
        })
    }
}
