//! Why a server cannot start.

use std::fmt;

use polyrpc_transports::{Endpoint, EndpointError};

use crate::dispatch::RouterError;
use crate::schema::proto::SchemaError;
use crate::status::Status;

/// Why a server cannot start: an endpoint that means nothing, one that cannot be listened on, or
/// services or types that cannot stand beside each other.
#[derive(Debug)]
pub struct ServeError(Kind);

#[derive(Debug)]
enum Kind {
    Endpoint(EndpointError),
    Bind(String, std::io::Error),
    Names(RouterError),
    Schema(SchemaError),
    Config(String),
}

impl ServeError {
    pub(super) fn endpoint(error: EndpointError) -> ServeError {
        ServeError(Kind::Endpoint(error))
    }

    pub(super) fn bind(endpoint: &Endpoint, error: std::io::Error) -> ServeError {
        ServeError(Kind::Bind(endpoint.to_string(), error))
    }

    pub(super) fn names(error: RouterError) -> ServeError {
        ServeError(Kind::Names(error))
    }

    pub(super) fn schema(error: SchemaError) -> ServeError {
        ServeError(Kind::Schema(error))
    }

    pub(super) fn config(text: impl Into<String>) -> ServeError {
        ServeError(Kind::Config(text.into()))
    }

    /// Whether an endpoint could not be listened on.
    pub fn is_bind(&self) -> bool {
        matches!(self.0, Kind::Bind(..))
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Endpoint(error) => error.fmt(f),
            Kind::Bind(endpoint, error) => write!(f, "cannot listen on {endpoint}: {error}"),
            Kind::Names(error) => error.fmt(f),
            Kind::Schema(error) => error.fmt(f),
            Kind::Config(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Bind(_, error) => Some(error),
            Kind::Endpoint(_) | Kind::Names(_) | Kind::Schema(_) | Kind::Config(_) => None,
        }
    }
}

impl From<ServeError> for Status {
    fn from(error: ServeError) -> Status {
        Status::unavailable(error.to_string()).with_source(error)
    }
}
