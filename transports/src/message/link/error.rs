//! What the end of a call means to who reads its body, or waits for its answer.

use std::error::Error;
use std::fmt;

use crate::BodyError;
#[cfg(feature = "client")]
use crate::ClientError;
use crate::message::layer::{Code, Reset};

/// Error codes of HTTP/2 (RFC 9113, section 7), which mean the same.
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self.code {
            Code::Cancelled => "cancelled",
            Code::Refused => "refused",
            Code::Malformed => "malformed",
            Code::Lost => "lost",
            Code::Silent => "silent",
            Code::Unknown => "unknown",
            Code::Failed => "failed",
        };
        if self.text.is_empty() { f.write_str(code) } else { write!(f, "{code}: {}", self.text) }
    }
}

impl Error for Reset {}

impl From<Reset> for BodyError {
    fn from(reset: Reset) -> Self {
        match reset.code {
            Code::Cancelled => Self::reset(CANCEL, reset),
            Code::Refused => Self::reset(REFUSED_STREAM, reset),
            Code::Malformed => Self::malformed(reset),
            Code::Lost | Code::Silent | Code::Unknown => Self::lost(reset),
            Code::Failed => Self::reset(INTERNAL_ERROR, reset),
        }
    }
}

#[cfg(feature = "client")]
impl From<Reset> for ClientError {
    fn from(reset: Reset) -> Self {
        match reset.code {
            Code::Cancelled => Self::reset(CANCEL, reset),
            Code::Refused => Self::reset(REFUSED_STREAM, reset).before_start(),
            Code::Malformed => Self::malformed(reset),
            Code::Lost | Code::Silent | Code::Unknown => Self::lost(reset),
            Code::Failed => Self::reset(INTERNAL_ERROR, reset),
        }
    }
}
