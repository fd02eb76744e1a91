//! The client's side: a call to a request, a response to a reply.

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TE, USER_AGENT};
use http::{Method, Request, Response, Uri, Version};
use polyrpc_transports::Body;

use super::compress::{ACCEPTED, Encoding};
use super::{frame, is_grpc, status, text};
use crate::codec::Codec;
use crate::dispatch::{Call, Reply};
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::{ClientProtocol, Framing, foreign, write_timeout};
use crate::schema::MethodSchema;
use crate::status::Status;

/// gRPC, as a client speaks it.
#[derive(Debug)]
pub(crate) struct Client {
    /// Largest message in bytes that is read.
    limit: usize,
    /// Whether requests are compressed unless a call says otherwise.
    compress: bool,
}

impl Client {
    pub(crate) fn new(limit: usize, compress: bool) -> Client {
        Client { limit, compress }
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
    fn request(&self, call: &Call) -> Result<Request<Body>, Status> {
        let cx = call.context();
        let mut headers = cx.metadata().headers().clone();
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(super::CONTENT_TYPE));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("grpc-rust-polyrpc/", env!("CARGO_PKG_VERSION"))),
        );
        headers.insert(HeaderName::from_static("grpc-accept-encoding"), HeaderValue::from_static(ACCEPTED));
        if let Some(remaining) = cx.remaining()
            && let Ok(value) = HeaderValue::try_from(write_timeout(remaining))
        {
            headers.insert(HeaderName::from_static("grpc-timeout"), value);
        }
        let compress = cx.options().and_then(|options| options.compress).unwrap_or(self.compress);
        let data = match compress {
            false => call.frame().clone(),
            true => {
                headers.insert(HeaderName::from_static("grpc-encoding"), HeaderValue::from_static("gzip"));
                let mut packed = Vec::new();
                frame::open(&mut packed);
                Encoding::Gzip.compress(call.args(), &mut packed)?;
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
        if let Some(outcome) = status::read(&head.headers) {
            // Trailers only.
            let parts = parts(HeaderMap::new(), head.headers);
            return Err(match outcome {
                Ok(()) => Status::unimplemented("a unary response has no message").with_reply(parts),
                Err(status) => status.with_reply(parts),
            });
        }
        if head.status != http::StatusCode::OK
            || !text(&head.headers, CONTENT_TYPE.as_str()).is_some_and(is_grpc)
        {
            return Err(not_grpc(&head, body).await);
        }
        let encoding = Encoding::named(text(&head.headers, "grpc-encoding"))
            .map_err(|status| Status::internal(status.message().to_owned()))?;
        let collected =
            body.collect(self.limit + frame::PREFIX).await.map_err(|error| match error.is_too_large() {
                true => Status::resource_exhausted(format!(
                    "the response is over the limit of {} bytes",
                    self.limit
                )),
                false => Status::unavailable(format!("the response did not arrive whole: {error}")),
            })?;
        let trailers = collected.trailers.unwrap_or_default();
        let outcome = status::read(&trailers)
            .unwrap_or_else(|| Err(Status::internal("the response ended without grpc-status")));
        let parts = parts(head.headers, trailers);
        let message = outcome.and_then(|()| frame::single(collected.data, encoding, self.limit, "response"));
        match message {
            Ok(message) => Ok(Reply::received(message, parts)),
            Err(status) => Err(status.with_reply(parts)),
        }
    }
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
