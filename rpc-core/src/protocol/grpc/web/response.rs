//! From a gRPC response to the body of gRPC-Web's.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::response::{Parts, Response};
use http_body::Frame;
use polyrpc_transports::{Body, BodyError};

use super::form::Form;
use crate::protocol::grpc::{GRPC_ACCEPT_ENCODING, frame, is_grpc, text};

/// The flag of the frame that holds the trailers.
const TRAILERS: u8 = 0x80;

/// The same response in gRPC-Web; one that is not gRPC's stays as it is.
pub(super) fn translated(response: Response<Body>, form: Form) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    if !text(&head.headers, CONTENT_TYPE).is_some_and(is_grpc) {
        return Response::from_parts(head, body);
    }
    let body = match body {
        Body::Empty => whole(Bytes::new(), Some(&alone(&mut head)), form),
        Body::Full { data, trailers } => whole(data, trailers.as_deref(), form),
        Body::Trailers(trailers) => whole(Bytes::new(), Some(&trailers), form),
        body => Body::stream(Translating { body: Some(body), form }),
    };
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    Response::from_parts(head, body)
}

/// The trailers of a response that has nothing else, out of its head. There a page of another origin could not see them.
fn alone(head: &mut Parts) -> HeaderMap {
    let (mut kept, mut trailers) = (HeaderMap::new(), HeaderMap::new());
    for (name, value) in &head.headers {
        let own = name == CONTENT_TYPE || name == GRPC_ACCEPT_ENCODING;
        if own { &mut kept } else { &mut trailers }.append(name, value.clone());
    }
    head.headers = kept;
    trailers
}

fn whole(data: Bytes, trailers: Option<&HeaderMap>, form: Form) -> Body {
    let mut out = Vec::from(data);
    if let Some(trailers) = trailers {
        write_trailers(trailers, &mut out);
    }
    Body::from(form.write(out.into()))
}

/// Trailers as the last frame: a block of HTTP/1 header lines.
fn write_trailers(trailers: &HeaderMap, out: &mut Vec<u8>) {
    let start = out.len();
    frame::open(out);
    for (name, value) in trailers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.push(b':');
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    let length = u32::try_from(out.len() - start - frame::PREFIX).unwrap_or(u32::MAX);
    out[start] = TRAILERS;
    out[start + 1..start + frame::PREFIX].copy_from_slice(&length.to_be_bytes());
}

/// The frames of a response, the trailers too, as bytes of its body.
struct Translating {
    /// None once it has ended.
    body: Option<Body>,
    form: Form,
}

impl http_body::Body for Translating {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let Some(frame) = ready!(Pin::new(body).poll_frame(cx)?) else {
            self.body = None;
            return Poll::Ready(None);
        };
        let bytes = match frame.into_data() {
            Ok(data) => data,
            Err(frame) => {
                self.body = None;
                let mut out = Vec::new();
                write_trailers(&frame.into_trailers().unwrap_or_default(), &mut out);
                out.into()
            }
        };
        Poll::Ready(Some(Ok(Frame::data(self.form.write(bytes)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }
}
