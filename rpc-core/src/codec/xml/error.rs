//! What can go wrong with XML-RPC values.

use std::fmt;

/// Why XML-RPC bytes could not be read, or a value not be written.
///
/// `Display` says what happened, and where in the input; the predicates say whom to blame.
pub struct XmlError(Box<Inner>);

#[derive(Debug, PartialEq)]
struct Inner {
    kind: Kind,
    message: String,
    offset: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Syntax,
    Mismatch,
    Data,
    Unsupported,
}

impl XmlError {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), offset: None }))
    }

    pub(super) fn syntax(offset: usize, message: impl Into<String>) -> Self {
        Self::new(Kind::Syntax, message).at(offset)
    }

    pub(super) fn mismatch(message: impl Into<String>) -> Self {
        Self::new(Kind::Mismatch, message)
    }

    pub(super) fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message)
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(Kind::Unsupported, message)
    }

    /// Names the place, unless a place nearer to the cause is already known.
    pub(super) fn at(mut self, offset: usize) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// Whether the bytes are not well-formed XML, not XML-RPC, or beyond a limit of the reader.
    pub fn is_syntax(&self) -> bool {
        self.0.kind == Kind::Syntax
    }

    /// Whether a well-formed value has another type than the one that was asked for.
    pub fn is_mismatch(&self) -> bool {
        self.0.kind == Kind::Mismatch
    }

    /// Whether the type fits, but the content does not: out of range, a member that is missing or stands twice.
    pub fn is_data(&self) -> bool {
        self.0.kind == Kind::Data
    }

    /// Whether a value was to be written that XML-RPC, or the peer's dialect of it, cannot express.
    pub fn is_unsupported(&self) -> bool {
        self.0.kind == Kind::Unsupported
    }

    /// The byte of the input at which the error was found; `None` for errors of writing.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// What happened, without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl PartialEq for XmlError {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl fmt::Debug for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match self.0.offset {
            Some(offset) => write!(f, " at byte {offset}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for XmlError {}

impl serde::ser::Error for XmlError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::unsupported(message.to_string())
    }
}

impl serde::de::Error for XmlError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::data(message.to_string())
    }

    fn invalid_type(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::mismatch(format!("expected {expected}, found {found}"))
    }
}
