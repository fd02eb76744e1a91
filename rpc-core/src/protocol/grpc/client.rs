//! The client's side: a call to a request, a response to a reply.

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, TE, USER_AGENT};
use http::{Method, Request, Response, StatusCode, Uri, Version};
use http_body::Body as _;
use polyrpc_transports::Body;

use super::compress::{ACCEPTED, Encoding};
use super::{GRPC_ACCEPT_ENCODING, GRPC_ENCODING, GRPC_TIMEOUT, foreign_codec, frame, is_grpc, status, text};
use crate::codec::Codec;
use crate::compression::Compression;
use crate::dispatch::{Call, Reply};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{ClientProtocol, Framing, foreign, torn_response, write_timeout};
use crate::schema::MethodSchema;
use crate::status::Status;

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

    fn request(&self, call: &Call) -> Result<Request<Body>, Status> {
        let cx = call.context();
        let mut headers = cx.metadata().headers().clone();
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(super::CONTENT_TYPE));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("grpc-rust-polyrpc/", env!("CARGO_PKG_VERSION"))),
        );
        headers.insert(GRPC_ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
        if let Some(remaining) = cx.remaining()
            && let Ok(value) = HeaderValue::try_from(write_timeout(remaining))
        {
            headers.insert(GRPC_TIMEOUT, value);
        }
        let compress = cx.options().and_then(|options| options.compress).unwrap_or(self.compress);
        let data = match compress {
            false => call.frame().clone(),
            true => {
                headers.insert(GRPC_ENCODING, HeaderValue::from_static(self.encoding.name()));
                let mut packed = Vec::new();
                frame::open(&mut packed);
                self.encoding.compress(call.args(), &mut packed)?;
                frame::close(&mut packed, 0, true)?;
                packed.into()
            }
        };
        let mut request = Request::new(Body::Full { data, trailers: None });
        *request.method_mut() = Method::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = Uri::from_static(call.method().path);
        *request.headers_mut() = headers;
        Ok(request)
    }

    async fn reply(&self, _: &Call, response: Response<Body>) -> Result<Reply, Status> {
        let (head, body) = response.into_parts();
        match status::read(&head.headers) {
            None if is_ours(&head) => {}
            None => return Err(not_grpc(&head, body).await),
            // Trailers alone. Success has a message, so that what follows such a head must say how the call ended.
            Some(Err(status)) => return Err(status.with_reply(parts(HeaderMap::new(), head.headers))),
            Some(Ok(())) if !body.is_end_stream() && is_ours(&head) => {}
            Some(Ok(())) => {
                let status = Status::unimplemented("a unary response has no message");
                return Err(status.with_reply(parts(HeaderMap::new(), head.headers)));
            }
        }
        let encoding = Encoding::named(head.headers.get(GRPC_ENCODING).map(HeaderValue::as_bytes))
            .map_err(|status| Status::internal(status.message().to_owned()))?;
        let collected = match body.collect(self.limit + frame::PREFIX).await {
            Ok(collected) => collected,
            Err(error) => {
                let parts = parts(head.headers, HeaderMap::new());
                return Err(torn_response(error, self.limit).with_reply(parts));
            }
        };
        let trailers = collected.trailers.unwrap_or_default();
        // The specification of the mapping from HTTP says of 200 without `grpc-status`: unknown.
        let outcome = status::read(&trailers)
            .unwrap_or_else(|| Err(Status::unknown("the response ended without grpc-status")));
        let parts = parts(head.headers, trailers);
        let message = outcome.and_then(|()| frame::single(collected.data, encoding, self.limit, "response"));
        match message {
            Ok(message) => Ok(Reply::received(message, parts)),
            Err(status) => Err(status.with_reply(parts)),
        }
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
