//! Why a call got no response.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::Endpoint;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a call got no response.
///
/// The kind is private, so that it can grow; ask the predicates. Cheap to clone: one failed connection may fail many
/// calls.
#[derive(Clone)]
pub struct ClientError(Arc<Inner>);

struct Inner {
    kind: Kind,
    never_started: bool,
    source: Option<BoxError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Connect,
    ConnectTimeout(Duration),
    Lost,
    Reset(u32),
    Request,
    Malformed,
    Protocol,
}

impl ClientError {
    /// There is no connection.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Connect, true, Some(source.into()))
    }

    /// There is no connection to this endpoint.
    #[cfg(any(feature = "_stream", feature = "_message"))]
    pub(crate) fn no_connection(endpoint: &Endpoint, error: io::Error) -> Self {
        Self::connect(NoConnection { endpoint: endpoint.clone(), error })
    }

    /// No connection was made in the given time.
    pub fn connect_timeout(after: Duration) -> Self {
        Self::of(Kind::ConnectTimeout(after), true, None)
    }

    /// The connection was lost before the response came.
    pub fn lost(source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Lost, false, Some(source.into()))
    }

    /// The server gave up this call, with an error code of HTTP/2 (RFC 9113, section 7).
    pub fn reset(code: u32, source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Reset(code), false, Some(source.into()))
    }

    /// The request cannot be sent as it is.
    pub fn request(source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Request, false, Some(source.into()))
    }

    /// This one response is not what HTTP allows, or is more than is read.
    pub fn malformed(source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Malformed, false, Some(source.into()))
    }

    /// What the server sent is not HTTP.
    pub fn protocol(source: impl Into<BoxError>) -> Self {
        Self::of(Kind::Protocol, false, Some(source.into()))
    }

    /// The same error of a call that provably never started.
    pub fn before_start(self) -> Self {
        match Arc::try_unwrap(self.0) {
            Ok(inner) => Self(Arc::new(Inner { never_started: true, ..inner })),
            Err(shared) => Self::of(shared.kind, true, Some(Box::new(Self(shared)))),
        }
    }

    /// Whether no connection could be made.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect | Kind::ConnectTimeout(_))
    }

    /// Whether a time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::ConnectTimeout(_))
    }

    /// Whether the connection was lost under the call.
    pub fn is_lost(&self) -> bool {
        self.0.kind == Kind::Lost
    }

    /// Whether the request itself cannot be sent.
    pub fn is_request(&self) -> bool {
        self.0.kind == Kind::Request
    }

    /// Whether this one response broke the rules of HTTP, while the connection lives on.
    pub fn is_malformed(&self) -> bool {
        self.0.kind == Kind::Malformed
    }

    /// The HTTP/2 error code with which the server gave up this call.
    pub fn reset_code(&self) -> Option<u32> {
        match self.0.kind {
            Kind::Reset(code) => Some(code),
            _ => None,
        }
    }

    /// Whether the server provably never saw the call, so that trying it again cannot run it twice.
    pub fn never_started(&self) -> bool {
        self.0.never_started
    }

    fn of(kind: Kind, never_started: bool, source: Option<BoxError>) -> Self {
        Self(Arc::new(Inner { kind, never_started, source }))
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            Kind::Connect => f.write_str("no connection"),
            Kind::ConnectTimeout(after) => write!(f, "no connection after {after:?}"),
            Kind::Lost => f.write_str("connection lost before the response came"),
            Kind::Reset(code) => write!(f, "the server gave up the call with HTTP/2 error code {code}"),
            Kind::Request => f.write_str("request cannot be sent"),
            Kind::Malformed => {
                f.write_str("the response is not what HTTP allows, or its headers are over the limit")
            }
            Kind::Protocol => f.write_str("the server does not speak HTTP as it should"),
        }
    }
}

impl fmt::Debug for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientError")
            .field("kind", &self.0.kind)
            .field("never_started", &self.0.never_started)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for ClientError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Why there is no connection, and where to.
#[derive(Debug)]
struct NoConnection {
    endpoint: Endpoint,
    error: io::Error,
}

impl fmt::Display for NoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot connect to {}", self.endpoint)
    }
}

impl StdError for NoConnection {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}
