//! How a call fails: the status, its codes, its typed details, and the numbers that the protocols give them.

mod code;
mod convert;
mod detail;
pub(crate) mod rich;
mod table;
mod typed;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::metadata::ReplyParts;
pub use code::Code;
pub use convert::ResultExt;
pub use detail::{Detail, TypedDetail};
pub(crate) use table::Case;
pub use typed::{Cause, IsStatus, raise, raised};

/// A `Result` whose error is a [`Status`] unless another is named.
pub type Result<T, E = Status> = std::result::Result<T, E>;

/// The outcome of a call that failed: a code, a message for people, and typed details.
///
/// What an implementer writes as a status goes on the wire as it stands. A status that a client received is
/// *remote*: when it leaves a handler it becomes [`Code::Internal`] with an id, unless the handler said
/// [`forward`](Status::forward).
///
/// ```
/// use polyrpc_core::{Code, Status};
///
/// let status = Status::not_found("no order 7");
/// assert_eq!(status.code(), Code::NotFound);
/// assert_eq!(status.to_string(), "NOT_FOUND: no order 7");
/// ```
#[derive(Clone)]
pub struct Status(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    message: Cow<'static, str>,
    details: Vec<Detail>,
    case: Option<Case>,
    foreign_number: Option<i64>,
    origin: Origin,
    source: Option<Arc<dyn Error + Send + Sync>>,
    reply: Option<Box<ReplyParts>>,
}

/// Where a status comes from, which decides what of it may leave a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// Written by the implementer or the framework: leaves as it is.
    Here,
    /// Received by a client: leaves as `Internal`, unless forwarded.
    Remote,
    /// Received by a client, and forwarded on purpose.
    Forwarded,
    /// Made of an unexpected error: leaves as `Internal`, the source is logged.
    Hidden,
}

impl Status {
    /// A status of a code and a message for people.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Status {
        Status(Box::new(Inner {
            code,
            message: message.into(),
            details: Vec::new(),
            case: None,
            foreign_number: None,
            origin: Origin::Here,
            source: None,
            reply: None,
        }))
    }

    /// A status for an error that its callers shall not see: they get `INTERNAL` with an id, which the log
    /// carries together with `source`.
    pub fn hidden(source: impl Into<Box<dyn Error + Send + Sync>>) -> Status {
        let mut status = Status::new(Code::Internal, "internal error");
        status.0.origin = Origin::Hidden;
        status.0.source = Some(source.into().into());
        status
    }

    /// One of the framework's own cases.
    pub(crate) fn of_case(case: Case, message: impl Into<Cow<'static, str>>) -> Status {
        let mut status = Status::new(case.code(), message);
        status.0.case = Some(case);
        status
    }

    /// The canonical code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The message for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The typed details, in the order in which they were added.
    pub fn details(&self) -> &[Detail] {
        &self.0.details
    }

    /// Adds a detail.
    pub fn with_detail(mut self, detail: Detail) -> Status {
        self.0.details.push(detail);
        self
    }

    /// Keeps the error that led here, for logs and [`Error::source`]; it never goes on the wire.
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Status {
        self.0.source = Some(source.into().into());
        self
    }

    /// The number that a JSON-RPC or XML-RPC peer gave, where the status came from one.
    pub fn foreign_number(&self) -> Option<i64> {
        self.0.foreign_number
    }

    /// Whether a client received this status from a peer (and nobody has forwarded it).
    pub fn is_remote(&self) -> bool {
        self.0.origin == Origin::Remote
    }

    /// Lets a status that a client received leave a handler as it is, as a bridge does.
    pub fn forward(mut self) -> Status {
        if self.0.origin == Origin::Remote {
            self.0.origin = Origin::Forwarded;
        }
        self
    }

    /// The same failure with another text.
    pub(crate) fn with_message(mut self, message: String) -> Status {
        self.0.message = message.into();
        self
    }

    /// What the failed reply carries beside the status. What the status carries already is added to it, as the later.
    pub(crate) fn with_reply(mut self, mut parts: ReplyParts) -> Status {
        if let Some(own) = self.0.reply.take() {
            parts.add(*own);
        }
        self.0.reply = Some(Box::new(parts));
        self
    }

    /// Takes what the failed reply carries beside the status.
    pub(crate) fn take_reply(&mut self) -> Option<Box<ReplyParts>> {
        self.0.reply.take()
    }

    /// Marks a status as received from a peer.
    pub(crate) fn received(mut self) -> Status {
        self.0.origin = Origin::Remote;
        self
    }

    pub(crate) fn with_foreign_number(mut self, number: i64) -> Status {
        self.0.foreign_number = Some(number);
        self
    }

    pub(crate) fn case(&self) -> Option<Case> {
        self.0.case
    }

    /// Gives every detail that has no package of its own the one of the service that raised it.
    #[doc(hidden)]
    pub fn in_package(mut self, package: &'static str) -> Status {
        for detail in &mut self.0.details {
            detail.in_package(package);
        }
        self
    }

    /// The status as it may leave a server. What must not be seen is logged under an id, and the caller gets
    /// `INTERNAL` with that id.
    pub(crate) fn leaving(mut self) -> Status {
        if self.0.code == Code::Ok {
            // A failure with the code of success would be read as one.
            self.0.code = Code::Unknown;
        }
        match self.0.origin {
            Origin::Here | Origin::Forwarded => self,
            Origin::Remote | Origin::Hidden => self.concealed(),
        }
    }

    fn concealed(self) -> Status {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let source = self.0.source.as_deref().map(tracing::field::display);
        tracing::error!(id, status = %self, source, "a handler failed unexpectedly");
        let mut status = Status::internal(format!("internal error {id}"));
        status.0.reply = self.0.reply;
        status
    }
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $code:ident,)*) => {
        impl Status {
            $($(#[$doc])*
            pub fn $name(message: impl Into<Cow<'static, str>>) -> Status {
                Status::new(Code::$code, message)
            })*
        }
    };
}

constructors! {
    /// A status with [`Code::Cancelled`].
    cancelled => Cancelled,
    /// A status with [`Code::Unknown`].
    unknown => Unknown,
    /// A status with [`Code::InvalidArgument`].
    invalid_argument => InvalidArgument,
    /// A status with [`Code::DeadlineExceeded`].
    deadline_exceeded => DeadlineExceeded,
    /// A status with [`Code::NotFound`].
    not_found => NotFound,
    /// A status with [`Code::AlreadyExists`].
    already_exists => AlreadyExists,
    /// A status with [`Code::PermissionDenied`].
    permission_denied => PermissionDenied,
    /// A status with [`Code::ResourceExhausted`].
    resource_exhausted => ResourceExhausted,
    /// A status with [`Code::FailedPrecondition`].
    failed_precondition => FailedPrecondition,
    /// A status with [`Code::Aborted`].
    aborted => Aborted,
    /// A status with [`Code::OutOfRange`].
    out_of_range => OutOfRange,
    /// A status with [`Code::Unimplemented`].
    unimplemented => Unimplemented,
    /// A status with [`Code::Internal`].
    internal => Internal,
    /// A status with [`Code::Unavailable`].
    unavailable => Unavailable,
    /// A status with [`Code::DataLoss`].
    data_loss => DataLoss,
    /// A status with [`Code::Unauthenticated`].
    unauthenticated => Unauthenticated,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.message.as_ref() {
            "" => f.write_str(self.0.code.name()),
            message => write!(f, "{}: {message}", self.0.code),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status")
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("details", &self.0.details)
            .field("origin", &self.0.origin)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
