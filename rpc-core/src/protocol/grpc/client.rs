//! The client's side: a call to a request, a response to a reply.

use futures_util::FutureExt;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, TE, USER_AGENT};
use http::{Method, Request, Response, StatusCode, Uri, Version};
use http_body::Body as _;
use polyrpc_transports::{Body, BodyError};

use super::compress::{ACCEPTED, Encoding};
use super::frame::Deframer;
use super::stream::{Ending, Receiving, Uploading, WhileUploading};
use super::{GRPC_ACCEPT_ENCODING, GRPC_ENCODING, GRPC_TIMEOUT, foreign_codec, frame, is_grpc, status, text};
use crate::codec::Codec;
use crate::compression::Compression;
use crate::dispatch::{Call, Items, Reply};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{ClientProtocol, Framing, Http, foreign, torn_response, write_timeout};
use crate::schema::MethodSchema;
use crate::status::{Code, Status};

/// gRPC, as a client speaks it.
#[derive(Debug)]
pub(crate) struct Client {
    /// Largest message in bytes that is read.
    limit: usize,
    /// Whether requests are compressed unless a call says otherwise.
    compress: bool,
    /// How they are compressed.
    encoding: Encoding,
}

impl Client {
    pub(crate) fn new(limit: usize, compress: bool, compression: Compression) -> Client {
        Client { limit, compress, encoding: compression.into() }
    }
}

impl Framing for Client {
    fn codec(&self) -> Codec {
        Codec::Proto
    }

    fn open(&self, _: &'static MethodSchema, frame: &mut Vec<u8>) {
        frame::open(frame);
    }

    fn close(&self, _: &'static MethodSchema, frame: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        frame::close(frame, start - frame::PREFIX, false)
    }
}

impl ClientProtocol for Client {
    const VERSION: Version = Version::HTTP_2;

    async fn call(&self, http: &impl Http, mut call: Call) -> Result<Reply, Status> {
        let encoding = self.encoding_of(&call);
        let (body, failed) = match call.take_stream() {
            None => (self.message(&call, encoding)?, None),
            Some(items) => {
                let (body, failed) = Uploading::new(items, encoding);
                (Body::stream(body), Some(failed))
            }
        };
        let request = request(&call, encoding, body);
        let exchange = async {
            let response = http.send_call(&mut call, request).await?;
            self.reply(&call, response).await
        };
        let Some(mut failed) = failed else { return exchange.await };
        let reply = tokio::select! {
            biased;
            status = failed.wait() => Err(status),
            reply = exchange => reply,
        };
        match reply {
            Ok(reply) => Ok(reply.map_stream(|items| Items::incoming(WhileUploading::new(items, failed)))),
            // The server may have answered the failure of the upload, which says more.
            Err(status) => Err(failed.wait().now_or_never().unwrap_or(status)),
        }
    }
}

impl Client {
    /// How the messages of a call are compressed.
    fn encoding_of(&self, call: &Call) -> Encoding {
        let compress = call.context().options().and_then(|options| options.compress).unwrap_or(self.compress);
        if compress { self.encoding } else { Encoding::Identity }
    }

    /// The single message of a call.
    fn message(&self, call: &Call, encoding: Encoding) -> Result<Body, Status> {
        let data = match encoding {
            Encoding::Identity => call.frame().clone(),
            encoding => {
                let mut packed = Vec::new();
                frame::open(&mut packed);
                encoding.compress(call.args(), &mut packed)?;
                frame::close(&mut packed, 0, true)?;
                packed.into()
            }
        };
        Ok(Body::Full { data, trailers: None })
    }

    async fn reply(&self, call: &Call, response: Response<Body>) -> Result<Reply, Status> {
        let streams = call.method().kind.gives_stream();
        let (head, body) = response.into_parts();
        match status::read(&head.headers) {
            None if is_ours(&head) => {}
            None => return Err(not_grpc(&head, body).await),
            // Trailers alone. Success has a message, so that what follows such a head must say how the call ended.
            Some(Err(status)) => return Err(status.with_reply(parts(HeaderMap::new(), head.headers))),
            Some(Ok(())) if !body.is_end_stream() && is_ours(&head) => {}
            Some(Ok(())) if streams => return Ok(empty_stream(head.headers)),
            Some(Ok(())) => {
                let status = Status::unimplemented("a unary response has no message");
                return Err(status.with_reply(parts(HeaderMap::new(), head.headers)));
            }
        }
        let encoding = Encoding::named(head.headers.get(GRPC_ENCODING).map(HeaderValue::as_bytes))
            .map_err(|status| Status::internal(status.message().to_owned()))?;
        if streams {
            let messages =
                Receiving::new(body, Deframer::new(encoding, self.limit), ResponseEnd { limit: self.limit });
            return Ok(Reply::receiving(Items::incoming(messages), parts(head.headers, HeaderMap::new())));
        }
        let collected = match body.collect(self.limit.saturating_add(frame::PREFIX)).await {
            Ok(collected) => collected,
            Err(error) => {
                let parts = parts(head.headers, HeaderMap::new());
                return Err(torn_response(error, self.limit).with_reply(parts));
            }
        };
        let trailers = collected.trailers.unwrap_or_default();
        let outcome = outcome(&trailers);
        let parts = parts(head.headers, trailers);
        let message = outcome.and_then(|()| frame::single(collected.data, encoding, self.limit, "response"));
        match message {
            Ok(message) => Ok(Reply::received(message, parts)),
            Err(status) => Err(status.with_reply(parts)),
        }
    }
}

/// The request that carries a call.
fn request(call: &Call, encoding: Encoding, body: Body) -> Request<Body> {
    let cx = call.context();
    let mut headers = cx.metadata().headers().clone();
    headers.insert(TE, HeaderValue::from_static("trailers"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(super::CONTENT_TYPE));
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(concat!("grpc-rust-polyrpc/", env!("CARGO_PKG_VERSION"))),
    );
    headers.insert(GRPC_ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
    if encoding != Encoding::Identity {
        headers.insert(GRPC_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    if let Some(remaining) = cx.remaining()
        && let Ok(value) = HeaderValue::try_from(write_timeout(remaining))
    {
        headers.insert(GRPC_TIMEOUT, value);
    }
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = Uri::from_static(call.method().path);
    *request.headers_mut() = headers;
    request
}

/// The outcome that trailers tell of. The specification of the mapping from HTTP says of 200 without `grpc-status`:
/// unknown.
fn outcome(trailers: &HeaderMap) -> Result<(), Status> {
    status::read(trailers).unwrap_or_else(|| Err(Status::unknown("the response ended without grpc-status")))
}

/// A stream that ended before its first message.
fn empty_stream(trailers: HeaderMap) -> Reply {
    let mut ended = HeaderMap::with_capacity(1);
    ended.insert(status::GRPC_STATUS, status::number(Code::Ok));
    let body = Body::Trailers(Box::new(ended));
    let messages = Receiving::new(body, Deframer::new(Encoding::Identity, 0), ResponseEnd { limit: 0 });
    Reply::receiving(Items::incoming(messages), parts(HeaderMap::new(), trailers))
}

/// The end of a response: its trailers have the status.
struct ResponseEnd {
    limit: usize,
}

impl Ending for ResponseEnd {
    fn end(&mut self, trailers: HeaderMap) -> Result<Option<Box<ReplyParts>>, Status> {
        let outcome = outcome(&trailers);
        let parts = parts(HeaderMap::new(), trailers);
        match outcome {
            Ok(()) => Ok(Some(Box::new(parts))),
            Err(status) => Err(status.with_reply(parts)),
        }
    }

    fn torn(&mut self, error: BodyError) -> Status {
        torn_response(error, self.limit)
    }

    fn what(&self) -> &'static str {
        "the responses"
    }
}

/// Whether a response is gRPC's, with messages that we read.
fn is_ours(head: &http::response::Parts) -> bool {
    let content_type = text(&head.headers, CONTENT_TYPE);
    head.status == StatusCode::OK
        && content_type.is_some_and(|value| is_grpc(value) && foreign_codec(value).is_none())
}

fn parts(headers: HeaderMap, trailers: HeaderMap) -> ReplyParts {
    ReplyParts {
        headers: Metadata::from_headers(headers),
        trailers: Metadata::from_headers(trailers),
        ..ReplyParts::default()
    }
}

/// The status of a response that is not gRPC's.
async fn not_grpc(head: &http::response::Parts, body: Body) -> Status {
    let data = body.collect(64 << 10).await.map(|collected| collected.data).unwrap_or_default();
    foreign(head.status, &data)
}
