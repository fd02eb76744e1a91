//! A request or a response on its way out, as the bytes of one direction of a call.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::uri::Scheme;
use http::{HeaderMap, request, response};
use http_body::Body as _;

use crate::message::bhttp::encode;
use crate::{Body, BodyError};

/// The rest of a direction: what of its body has not been written.
pub(crate) struct Outgoing {
    /// None once it has ended.
    body: Option<Body>,
}

/// What comes next of a direction: bytes, and whether they are the last.
pub(crate) type Piece = (Bytes, bool);

impl Outgoing {
    /// A request. One whose body is at hand is whole in its first piece.
    pub(crate) fn request(parts: &request::Parts, scheme: &Scheme, body: Body) -> (Piece, Outgoing) {
        let mut out = Vec::new();
        match at_hand(body) {
            Ok((data, trailers)) => {
                encode::request(parts, scheme, &data, trailers.as_deref(), &mut out);
                ((out.into(), true), Outgoing { body: None })
            }
            Err(body) => {
                encode::request_head(parts, scheme, &mut out);
                ((out.into(), false), Outgoing { body: Some(body) })
            }
        }
    }

    /// A response, likewise; `None` for one that is not final.
    pub(crate) fn response(parts: &response::Parts, body: Body) -> Option<(Piece, Outgoing)> {
        let mut out = Vec::new();
        Some(match at_hand(body) {
            Ok((data, trailers)) => {
                encode::response(parts, &data, trailers.as_deref(), &mut out).ok()?;
                ((out.into(), true), Outgoing { body: None })
            }
            Err(body) => {
                encode::response_head(parts, &mut out).ok()?;
                ((out.into(), false), Outgoing { body: Some(body) })
            }
        })
    }

    /// Whether there is more to come.
    pub(crate) fn is_open(&self) -> bool {
        self.body.is_some()
    }

    /// The next piece.
    ///
    /// # Errors
    /// A body that fails: the call cannot be told to its end.
    pub(crate) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Piece, BodyError>> {
        let Some(body) = &mut self.body else { return Poll::Pending };
        let frame = std::task::ready!(Pin::new(body).poll_frame(cx)).transpose()?;
        let mut out = Vec::new();
        let trailers = match frame.map(http_body::Frame::into_data) {
            Some(Ok(data)) => {
                out.reserve(data.len() + 8);
                encode::chunk_length(data.len(), &mut out);
                out.extend_from_slice(&data);
                return Poll::Ready(Ok((out.into(), false)));
            }
            Some(Err(frame)) => frame.into_trailers().ok(),
            None => None,
        };
        encode::end(trailers.as_ref(), &mut out);
        self.body = None;
        Poll::Ready(Ok((out.into(), true)))
    }
}

/// The whole of a body that is at hand, or a body that comes over time.
fn at_hand(body: Body) -> Result<(Bytes, Option<Box<HeaderMap>>), Body> {
    match body {
        Body::Empty => Ok((Bytes::new(), None)),
        Body::Full { data, trailers } => Ok((data, trailers)),
        Body::Trailers(trailers) => Ok((Bytes::new(), Some(trailers))),
        Body::Announced(announced) => Ok((announced.take(), None)),
        stream @ Body::Stream(_) => Err(stream),
    }
}
