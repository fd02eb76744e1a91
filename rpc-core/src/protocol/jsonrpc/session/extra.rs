//! The member `rpc` of a request or response: what would be headers elsewhere.
//!
//! `{"timeout": "2S", "metadata": {"x-tenant": "7"}}`; a key with several values has an array of them, and values of
//! keys that end in `-bin` are base64.

use base64::Engine as _;
use tokio::time::Instant;

#[cfg(feature = "client")]
use super::super::error::write_string;
use super::super::extra::write_metadata;
use super::super::scan::{Malformed, Raw, Scanner};
use crate::context::Context;
use crate::metadata::{BASE64, Metadata, ReplyParts};
use crate::protocol::{parse_timeout, write_timeout};
use crate::status::Status;

/// What the member of a request says.
#[derive(Default)]
pub(super) struct Extra {
    pub(super) deadline: Option<Instant>,
    pub(super) metadata: Metadata,
}

impl Extra {
    /// Reads the member.
    pub(super) fn read(raw: Option<Raw<'_>>) -> Result<Extra, Status> {
        let mut extra = Extra::default();
        let Some(raw) = raw else { return Ok(extra) };
        let (mut timeout, mut metadata) = (None, None);
        Scanner::new(raw.text)
            .object(|key, value| match key.string().as_deref() {
                Some("timeout") => timeout = Some(value),
                Some("metadata") => metadata = Some(value),
                _ => {}
            })
            .map_err(|Malformed| invalid("it is not an object"))?;
        if let Some(timeout) = timeout {
            let text = timeout.string().ok_or_else(|| invalid("the timeout is not a string"))?;
            extra.deadline = Instant::now().checked_add(parse_timeout(&text)?);
        }
        if let Some(metadata) = metadata {
            extra.metadata = read_metadata(&metadata)?;
        }
        Ok(extra)
    }
}

fn read_metadata(raw: &Raw<'_>) -> Result<Metadata, Status> {
    let mut metadata = Metadata::new();
    let mut refused = None;
    Scanner::new(raw.text)
        .object(|key, value| {
            let added = match value.first() {
                b'[' => Scanner::new(value.text).array(|scanner| add(&mut metadata, &key, &scanner.value()?)),
                _ => add(&mut metadata, &key, &value),
            };
            if let Err(Refused(error)) = added {
                refused.get_or_insert(error);
            }
        })
        .map_err(|Malformed| invalid("the metadata is not an object"))?;
    refused.map_or(Ok(metadata), |error| Err(invalid(&error)))
}

/// Why metadata is not taken.
struct Refused(String);

impl From<Malformed> for Refused {
    fn from(Malformed: Malformed) -> Refused {
        Refused("it is not JSON".to_owned())
    }
}

fn add(metadata: &mut Metadata, key: &Raw<'_>, value: &Raw<'_>) -> Result<(), Refused> {
    let (Some(name), Some(value)) = (key.string(), value.string()) else {
        return Err(Refused(format!("metadata {} is not a string", key.text)));
    };
    let added = match name.to_ascii_lowercase().ends_with("-bin") {
        true => match BASE64.decode(value.as_bytes()) {
            Ok(bytes) => metadata.append_bin(&name, &bytes),
            Err(_) => return Err(Refused(format!("metadata {} is not base64", key.text))),
        },
        false => metadata.append(&name, &value),
    };
    added.map_err(|error| Refused(error.to_string()))
}

fn invalid(what: &str) -> Status {
    Status::invalid_argument(format!("the member `rpc` cannot be read: {what}"))
}

/// Appends the member to a request, behind its other members, if there is something to say.
#[cfg(feature = "client")]
pub(super) fn write_request(cx: &Context, out: &mut Vec<u8>) {
    let (remaining, metadata) = (cx.remaining(), cx.metadata());
    if remaining.is_none() && metadata.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"rpc\":{");
    if let Some(remaining) = remaining {
        out.extend_from_slice(b"\"timeout\":");
        write_string(out, &write_timeout(remaining));
        if !metadata.is_empty() {
            out.push(b',');
        }
    }
    if !metadata.is_empty() {
        write_metadata(metadata, out);
    }
    out.push(b'}');
}

/// Appends the member to a response, behind its other members, if there is something to say.
pub(super) fn write_response(parts: Option<&ReplyParts>, out: &mut Vec<u8>) {
    let Some(ReplyParts { headers, trailers, .. }) = parts else { return };
    if headers.is_empty() && trailers.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"rpc\":{");
    let mut all = headers.clone();
    all.extend(trailers);
    write_metadata(&all, out);
    out.push(b'}');
}
