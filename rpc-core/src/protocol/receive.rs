//! What the servers of JSON-RPC and XML-RPC do with a POST before they read its body.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use polyrpc_transports::Body;
use tokio::time::{Instant, timeout_at};

use super::media::foreign_encoding;
use super::timeout::{RPC_TIMEOUT, parse_timeout};
use crate::status::Status;

/// A request of which nothing can be executed: what its answer says, in the caller's protocol and in HTTP.
pub(crate) struct Refusal {
    pub(crate) status: Status,
    pub(crate) code: StatusCode,
}

/// The whole body of a request, of at most `limit` bytes. The caller's time runs while it comes.
pub(crate) async fn receive(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    deadline: Option<Instant>,
) -> Result<Bytes, Refusal> {
    if let Some(encoding) = foreign_encoding(headers) {
        let status = Status::unimplemented(format!(
            "the content-encoding `{}` is not supported: send identity",
            encoding.escape_debug()
        ));
        return Err(Refusal { status, code: StatusCode::UNSUPPORTED_MEDIA_TYPE });
    }
    let collecting = body.collect(limit);
    let collected = match deadline {
        None => collecting.await,
        Some(deadline) => timeout_at(deadline, collecting).await.map_err(|_| Refusal {
            status: Status::deadline_exceeded("the deadline passed before the request was whole"),
            code: StatusCode::OK,
        })?,
    };
    match collected {
        Ok(collected) => Ok(collected.data),
        Err(error) if error.is_too_large() => {
            let status =
                Status::resource_exhausted(format!("the request is over the limit of {limit} bytes"));
            Err(Refusal { status, code: StatusCode::PAYLOAD_TOO_LARGE })
        }
        Err(error) => {
            let status = Status::cancelled(format!("the request did not arrive whole: {error}"));
            Err(Refusal { status, code: StatusCode::OK })
        }
    }
}

/// When the caller stops waiting, if it says so.
pub(crate) fn deadline(headers: &HeaderMap) -> Result<Option<Instant>, Status> {
    let Some(value) = headers.get(RPC_TIMEOUT) else { return Ok(None) };
    let timeout = parse_timeout(value.to_str().unwrap_or("(not ASCII)"))?;
    Ok(Instant::now().checked_add(timeout))
}
