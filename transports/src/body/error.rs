//! Why a body could not be read or written.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a body could not be read to its end.
///
/// The kind is private, so that it can grow; ask the predicates.
pub struct BodyError(Box<Inner>);

struct Inner {
    kind: Kind,
    source: Option<BoxError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    TooLarge { limit: usize },
    Stalled { after: Duration },
    Lost,
    Stopped,
    Reset(u32),
    Malformed,
    Other,
}

impl BodyError {
    /// The body is larger than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::of(Kind::TooLarge { limit }, None)
    }

    /// Nothing more of the body came for the given time.
    pub fn stalled(after: Duration) -> Self {
        Self::of(Kind::Stalled { after }, None)
    }

    /// The connection was lost before the body ended.
    pub fn lost(source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Lost, Some(source.into()))
    }

    /// The listener stops: nothing new is to begin. The body goes on, for what has begun.
    pub fn stopped() -> Self {
        Self::of(Kind::Stopped, None)
    }

    /// The sender gave the body up with an error code of HTTP/2 (RFC 9113, section 7), while the connection may
    /// live on.
    pub fn reset(code: u32, source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Reset(code), Some(source.into()))
    }

    /// What came is not what HTTP allows here.
    pub fn malformed(source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Malformed, Some(source.into()))
    }

    /// Wraps any other error. A `BodyError` that is already inside stays what it is.
    ///
    /// ```
    /// use polyrpc_transports::BodyError;
    /// let error: Box<dyn std::error::Error + Send + Sync> = Box::new(BodyError::too_large(10));
    /// assert!(BodyError::other(error).is_too_large());
    /// ```
    pub fn other(source: impl Into<BoxError>) -> Self {
        match source.into().downcast::<BodyError>() {
            Ok(known) => *known,
            Err(source) => Self::of(Kind::Other, Some(source)),
        }
    }

    /// Whether the body crossed the limit that was set for it.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge { .. })
    }

    /// Whether the sender fell silent in the middle of the body.
    pub fn is_stalled(&self) -> bool {
        matches!(self.0.kind, Kind::Stalled { .. })
    }

    /// Whether the connection was lost.
    pub fn is_lost(&self) -> bool {
        self.0.kind == Kind::Lost
    }

    /// Whether the listener stopped, while the sender may be there yet.
    pub fn is_stopped(&self) -> bool {
        self.0.kind == Kind::Stopped
    }

    /// The HTTP/2 error code with which the sender gave up this one body.
    pub fn reset_code(&self) -> Option<u32> {
        match self.0.kind {
            Kind::Reset(code) => Some(code),
            _ => None,
        }
    }

    /// Whether the bytes broke the rules of HTTP.
    pub fn is_malformed(&self) -> bool {
        self.0.kind == Kind::Malformed
    }

    fn of(kind: Kind, source: Option<BoxError>) -> Self {
        Self(Box::new(Inner { kind, source }))
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            Kind::TooLarge { limit } => write!(f, "body is larger than the limit of {limit} bytes"),
            Kind::Stalled { after } => write!(f, "body stalled: nothing came for {after:?}"),
            Kind::Stopped => f.write_str("the listener stopped before the body ended"),
            Kind::Lost => f.write_str("connection lost before the body ended"),
            Kind::Reset(code) => write!(f, "its sender gave it up with HTTP/2 error code {code}"),
            Kind::Malformed => f.write_str("body is malformed"),
            Kind::Other => f.write_str("body could not be read"),
        }
    }
}

impl fmt::Debug for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyError").field("kind", &self.0.kind).field("source", &self.0.source).finish()
    }
}

impl StdError for BodyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
