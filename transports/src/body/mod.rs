//! The body of a request or of a response.

mod announced;
mod collect;
mod error;
mod stream;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};

#[cfg(all(any(feature = "_stream", feature = "_message"), feature = "server"))]
pub(crate) use self::collect::is_collecting;

pub use self::announced::Announced;
pub use self::collect::Collected;
pub use self::error::BodyError;

/// What [`Body::Stream`] holds.
pub type BoxStream = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BodyError> + Send>>;

/// A body: nothing, bytes with optional trailers, bytes that are announced, trailers alone, or a stream of frames.
///
/// A unary reply is [`Body::Full`], and is never boxed. The enum implements [`http_body::Body`] with an exact
/// size wherever one is known, so that HTTP/1 gets its `content-length` and HTTP/2 its `END_STREAM`.
///
/// ```
/// use polyrpc_transports::Body;
/// use http_body::Body as _;
/// assert_eq!(Body::from("hello").size_hint().exact(), Some(5));
/// assert!(Body::default().is_end_stream());
/// ```
#[derive(Default)]
pub enum Body {
    /// No bytes, no trailers.
    #[default]
    Empty,
    /// All bytes at once.
    Full {
        /// The bytes.
        data: Bytes,
        /// What follows them.
        trailers: Option<Box<HeaderMap>>,
    },
    /// All bytes at once, and who is told when they are taken: see [`Body::announced`].
    Announced(Box<Announced>),
    /// Trailers without bytes.
    Trailers(Box<HeaderMap>),
    /// Frames that come over time.
    Stream(BoxStream),
}

impl Body {
    /// Bytes followed by trailers.
    pub fn with_trailers(data: impl Into<Bytes>, trailers: HeaderMap) -> Self {
        Self::Full { data: data.into(), trailers: Some(Box::new(trailers)) }
    }

    /// A copy, unless the body is a stream.
    #[cfg(all(feature = "_stream", feature = "client"))]
    pub(crate) fn replay(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Full { data, trailers } => {
                Some(Self::Full { data: data.clone(), trailers: trailers.clone() })
            }
            Self::Announced(announced) => Some(Self::Announced(announced.clone())),
            Self::Trailers(trailers) => Some(Self::Trailers(trailers.clone())),
            Self::Stream(_) => None,
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = match std::mem::take(&mut *self) {
            Self::Empty => None,
            Self::Full { data, trailers } => {
                if let Some(trailers) = trailers {
                    *self = Self::Trailers(trailers);
                }
                if data.is_empty() {
                    return self.poll_frame(cx);
                }
                Some(Ok(Frame::data(data)))
            }
            Self::Announced(announced) => match announced.take() {
                data if data.is_empty() => None,
                data => Some(Ok(Frame::data(data))),
            },
            Self::Trailers(trailers) => Some(Ok(Frame::trailers(*trailers))),
            Self::Stream(mut stream) => {
                let polled = stream.as_mut().poll_frame(cx);
                *self = Self::Stream(stream);
                return polled;
            }
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Full { data, trailers } => data.is_empty() && trailers.is_none(),
            Self::Announced(_) | Self::Trailers(_) => false,
            Self::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty | Self::Trailers(_) => SizeHint::with_exact(0),
            Self::Full { data, .. } => SizeHint::with_exact(data.len() as u64),
            Self::Announced(announced) => SizeHint::with_exact(announced.len() as u64),
            Self::Stream(stream) => stream.size_hint(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Full { data, trailers } => {
                f.debug_struct("Full").field("len", &data.len()).field("trailers", trailers).finish()
            }
            Self::Announced(announced) => announced.fmt(f),
            Self::Trailers(trailers) => f.debug_tuple("Trailers").field(trailers).finish(),
            Self::Stream(_) => f.write_str("Stream"),
        }
    }
}

impl From<Bytes> for Body {
    fn from(data: Bytes) -> Self {
        if data.is_empty() { Self::Empty } else { Self::Full { data, trailers: None } }
    }
}

impl From<Vec<u8>> for Body {
    fn from(data: Vec<u8>) -> Self {
        Bytes::from(data).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests;
