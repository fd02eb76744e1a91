//! The status of a call whose response did not come, or not whole: what the client itself makes of it.

use std::error::Error;

use polyrpc_transports::{BodyError, ClientError};

use crate::status::{Code, Status};

/// The status of a request that had no response.
pub(crate) fn no_response(error: ClientError) -> Status {
    let code = match error.reset_code() {
        Some(reason) => of_reset(reason),
        None if error.is_request() || error.is_malformed() => Code::Internal,
        None => Code::Unavailable,
    };
    Status::new(code, told(&error)).with_source(error)
}

/// What an error says, and of what it comes: a refused certificate, how a child process ended. Where the error lies
/// between them (the endpoint, which others need not know) stays in the sources.
pub(crate) fn told(error: &(dyn Error + 'static)) -> String {
    let text = error.to_string();
    let cause =
        std::iter::successors(error.source(), |error: &&(dyn Error + 'static)| (*error).source()).last();
    match cause.map(ToString::to_string) {
        Some(cause) if !text.contains(&cause) => format!("{text}: {cause}"),
        _ => text,
    }
}

/// The status of a response whose body, of at most `limit` bytes, did not arrive whole.
pub(crate) fn torn_response(error: BodyError, limit: usize) -> Status {
    if error.is_too_large() {
        return Status::resource_exhausted(format!("the response is over the limit of {limit} bytes"));
    }
    let code = match error.reset_code() {
        Some(reason) => of_reset(reason),
        None if error.is_malformed() => Code::Internal,
        None => Code::Unavailable,
    };
    Status::new(code, format!("the response did not arrive whole: {}", told(&error))).with_source(error)
}

/// The code that an error code of HTTP/2 stands for when a server gives up a call with it (PROTOCOL-HTTP2.md,
/// "Errors"; [RFC 9113, section 7](https://www.rfc-editor.org/rfc/rfc9113#section-7)).
fn of_reset(reason: u32) -> Code {
    match reason {
        // REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM, INADEQUATE_SECURITY.
        7 => Code::Unavailable,
        8 => Code::Cancelled,
        11 => Code::ResourceExhausted,
        12 => Code::PermissionDenied,
        _ => Code::Internal,
    }
}
