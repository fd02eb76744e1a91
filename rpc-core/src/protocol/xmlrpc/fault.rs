//! Faults: a status on the wire. A fault has two members and no more; details travel in a header.

use base64::Engine as _;
use http::header::{HeaderMap, HeaderName};

use crate::metadata::BASE64;
use crate::status::{Status, rich};

/// google.rpc.Status in base64, as in gRPC's `grpc-status-details-bin`.
const DETAILS: HeaderName = HeaderName::from_static("rpc-status-details-bin");

/// The `faultCode` of a status.
#[cfg(feature = "server")]
pub(super) fn code(status: &Status) -> i32 {
    // The numbers of the table have five digits.
    status.number() as i32
}

/// Sets the header with the details of a status, if it has any and they fit.
#[cfg(feature = "server")]
pub(super) fn write_details(status: &Status, headers: &mut HeaderMap) {
    if let Some(details) = rich::header(status) {
        headers.insert(DETAILS, details);
    }
}

/// The status of a fault, with the details that the headers of its response carry.
#[cfg(feature = "client")]
pub(super) fn read(code: i64, message: String, headers: &HeaderMap) -> Status {
    let status = Status::from_number(code, message);
    let details = headers.get(DETAILS).filter(|_| Status::is_own_number(code));
    match details.and_then(|value| BASE64.decode(value.as_bytes()).ok()) {
        Some(bytes) => rich::decode(status, &bytes),
        None => status,
    }
}
