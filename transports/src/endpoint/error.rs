//! What is wrong with an endpoint.

use std::convert::Infallible;
use std::fmt;

use super::registry::{self, Entry};

/// Why a text is no endpoint, or not one that this build can use.
///
/// The text says what is wrong and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointError(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    NoTransport { text: String, meant: Option<String> },
    Unknown { scheme: String },
    Feature { scheme: &'static str, feature: &'static str },
    Planned { scheme: &'static str },
    Address { scheme: &'static str, problem: &'static str },
    NoSlash { scheme: &'static str, meant: Option<String> },
    Length { scheme: &'static str, len: usize, most: usize },
    Option { scheme: &'static str, option: String, known: &'static [&'static str] },
}

impl EndpointError {
    pub(super) fn feature(entry: &Entry) -> Self {
        Kind::Feature { scheme: entry.scheme, feature: entry.feature }.into()
    }

    pub(super) fn address(entry: &Entry, problem: &'static str) -> Self {
        Kind::Address { scheme: entry.scheme, problem }.into()
    }

    #[cfg(feature = "tls")]
    pub(super) fn no_tls(scheme: &'static str) -> Self {
        Kind::Address { scheme, problem: "certificates are for tls:// and https:// endpoints" }.into()
    }

    pub(super) fn option(entry: &Entry, option: &str) -> Self {
        Kind::Option { scheme: entry.scheme, option: option.to_owned(), known: entry.options }.into()
    }

    /// Whether the transport exists, but not in this build.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0, Kind::Feature { .. } | Kind::Planned { .. })
    }
}

impl From<Kind> for EndpointError {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

/// What is an endpoint already becomes one without fail.
impl From<Infallible> for EndpointError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NoTransport { text, meant: Some(meant) } => {
                write!(f, "endpoint {text:?} has no transport: did you mean {meant}?")
            }
            Kind::NoTransport { text, meant: None } => {
                write!(f, "endpoint {text:?} has no transport; known: {}", registry::names())
            }
            Kind::Unknown { scheme } => {
                write!(f, "unknown transport {scheme:?}; known: {}", registry::names())
            }
            Kind::Feature { scheme, feature } => {
                write!(f, "transport {scheme} is not in this build: cargo add polyrpc -F {feature}")
            }
            Kind::Planned { scheme } => write!(f, "transport {scheme} is not available yet"),
            Kind::Address { scheme, problem } => write!(f, "bad {scheme} endpoint: {problem}"),
            Kind::NoSlash { scheme, meant: Some(meant) } => {
                write!(f, "bad {scheme} endpoint: its name begins with a slash: did you mean {meant}?")
            }
            Kind::NoSlash { scheme, meant: None } => {
                write!(f, "bad {scheme} endpoint: a name that begins with a slash must follow the colon")
            }
            Kind::Length { scheme, len, most } => {
                write!(f, "bad {scheme} endpoint: its name has {len} bytes, and may have at most {most}")
            }
            Kind::Option { scheme, option, known: [] } => {
                write!(f, "unknown option {option:?}: {scheme} endpoints take none")
            }
            Kind::Option { scheme, option, known } => {
                write!(f, "unknown option {option:?} of a {scheme} endpoint; known: {}", known.join(", "))
            }
        }
    }
}

impl std::error::Error for EndpointError {}
