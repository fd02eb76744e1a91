//! What is wrong with a message.

use std::fmt;

use http::HeaderName;

/// Why bytes are no message, or not one that is taken. Sections are those of RFC 9292.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// The framing indicator is not one of the two that are due here (section 3.3).
    Framing {
        /// What it is.
        found: u64,
        /// What it may be: of the known-length form, and of the other.
        due: [u64; 2],
    },
    /// The method, scheme, authority or path is not one (section 3.4).
    Control(&'static str),
    /// A status that is none (section 3.5).
    Status(u64),
    /// A field's name is not allowed (section 3.6).
    Name {
        /// The name, escaped, or its beginning.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A field's value is not allowed (section 3.6).
    Value(HeaderName),
    /// A field line does not end where its section does (section 3.1).
    Overrun,
    /// The message ends within the named place, where none may (section 3.8).
    Cut(&'static str),
    /// Something follows the message that is not zero (section 3.8).
    Padding,
    /// The head, or the trailers, are larger than is taken.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

impl Malformed {
    /// Whether the message may be right, and is only too large.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::TooLarge { .. })
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Framing { found, due: [known, other] } => {
                write!(f, "the framing indicator is {found}, and {known} or {other} is due")
            }
            Self::Control(item) => write!(f, "the {item} is not valid"),
            Self::Status(status) => write!(f, "{status} is no status from 100 to 599"),
            Self::Name { name, problem } => write!(f, "field name \"{name}\" {problem}"),
            Self::Value(name) => write!(f, "the value of field {name} has bytes that no value has"),
            Self::Overrun => f.write_str("a field line does not end within its section"),
            Self::Cut(place) => write!(f, "the message ends within {place}"),
            Self::Padding => f.write_str("the message is followed by bytes that are not zero"),
            Self::TooLarge { limit } => {
                write!(f, "the head or the trailers are over the limit of {limit} bytes")
            }
        }
    }
}

impl std::error::Error for Malformed {}
