//! The canonical codes of gRPC, which are the model for every protocol.

use std::fmt;

/// Why a call failed: gRPC's canonical status codes
/// ([gRPC, statuscodes.md](https://github.com/grpc/grpc/blob/master/doc/statuscodes.md)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Code {
    /// Not an error.
    Ok = 0,
    /// The operation was cancelled, typically by the caller.
    Cancelled = 1,
    /// An error of unknown kind, for instance from another error space.
    Unknown = 2,
    /// The caller gave an argument that is wrong whatever the state of the system.
    InvalidArgument = 3,
    /// The deadline passed before the operation ended.
    DeadlineExceeded = 4,
    /// What was asked for does not exist.
    NotFound = 5,
    /// What was to be created exists already.
    AlreadyExists = 6,
    /// The caller may not do this.
    PermissionDenied = 7,
    /// A limit or a quota is exhausted.
    ResourceExhausted = 8,
    /// The system is not in the state that the operation needs.
    FailedPrecondition = 9,
    /// The operation was aborted, typically by a conflict.
    Aborted = 10,
    /// The operation went past the valid range.
    OutOfRange = 11,
    /// The operation is not implemented or not offered.
    Unimplemented = 12,
    /// Something that must hold is broken.
    Internal = 13,
    /// The service cannot be reached now; trying again may help.
    Unavailable = 14,
    /// Data is lost for good.
    DataLoss = 15,
    /// The caller did not say, or did not prove, who it is.
    Unauthenticated = 16,
}

impl Code {
    /// All codes, in the order of their numbers.
    pub const ALL: [Code; 17] = [
        Code::Ok,
        Code::Cancelled,
        Code::Unknown,
        Code::InvalidArgument,
        Code::DeadlineExceeded,
        Code::NotFound,
        Code::AlreadyExists,
        Code::PermissionDenied,
        Code::ResourceExhausted,
        Code::FailedPrecondition,
        Code::Aborted,
        Code::OutOfRange,
        Code::Unimplemented,
        Code::Internal,
        Code::Unavailable,
        Code::DataLoss,
        Code::Unauthenticated,
    ];

    /// The number that gRPC gives the code: 0 to 16.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The code of a number; [`Code::Unknown`] for a number that is none.
    ///
    /// ```
    /// # use polyrpc_core::Code;
    /// assert_eq!(Code::from_number(5), Code::NotFound);
    /// assert_eq!(Code::from_number(99), Code::Unknown);
    /// ```
    pub fn from_number(number: i64) -> Code {
        usize::try_from(number).ok().and_then(|n| Code::ALL.get(n).copied()).unwrap_or(Code::Unknown)
    }

    /// The canonical name, for instance `NOT_FOUND`.
    pub const fn name(self) -> &'static str {
        match self {
            Code::Ok => "OK",
            Code::Cancelled => "CANCELLED",
            Code::Unknown => "UNKNOWN",
            Code::InvalidArgument => "INVALID_ARGUMENT",
            Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Code::NotFound => "NOT_FOUND",
            Code::AlreadyExists => "ALREADY_EXISTS",
            Code::PermissionDenied => "PERMISSION_DENIED",
            Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Code::FailedPrecondition => "FAILED_PRECONDITION",
            Code::Aborted => "ABORTED",
            Code::OutOfRange => "OUT_OF_RANGE",
            Code::Unimplemented => "UNIMPLEMENTED",
            Code::Internal => "INTERNAL",
            Code::Unavailable => "UNAVAILABLE",
            Code::DataLoss => "DATA_LOSS",
            Code::Unauthenticated => "UNAUTHENTICATED",
        }
    }

    /// The code of a canonical name.
    ///
    /// ```
    /// # use polyrpc_core::Code;
    /// assert_eq!(Code::from_name("NOT_FOUND"), Some(Code::NotFound));
    /// assert_eq!(Code::from_name("not found"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.into_iter().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
