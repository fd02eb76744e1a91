//! The error object: a status on the wire (JSON-RPC 2.0, section 5.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::scan::{Malformed, Raw, Scanner};
use crate::status::{Case, Detail, Status};

/// Appends a text as a JSON string.
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    // Writing a string into memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

/// Appends the error object of a status.
pub(super) fn write(out: &mut Vec<u8>, status: &Status) {
    out.extend_from_slice(b"{\"code\":");
    out.extend_from_slice(status.number().to_string().as_bytes());
    out.extend_from_slice(b",\"message\":");
    match status.case() {
        // The specification gives these their texts.
        Some(case @ (Case::Parse | Case::InvalidRequest | Case::MethodNotFound)) => {
            write_string(out, case.text());
        }
        Some(Case::InvalidParams) => write_string(out, status.message()),
        Some(Case::Internal) | None => {
            write_string(out, status.message());
            write_data(out, status);
        }
    }
    out.push(b'}');
}

fn write_data(out: &mut Vec<u8>, status: &Status) {
    out.extend_from_slice(b",\"data\":{\"code\":");
    write_string(out, status.code().name());
    out.extend_from_slice(b",\"details\":[");
    for (index, detail) in status.details().iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_detail(out, detail);
    }
    out.extend_from_slice(b"]}");
}

/// A detail is a typed value where it can be had as JSON, else the Any that it came as.
fn write_detail(out: &mut Vec<u8>, detail: &Detail) {
    out.extend_from_slice(b"{\"type\":");
    match detail.json() {
        Some(json) => {
            write_string(out, detail.name());
            out.extend_from_slice(b",\"value\":");
            out.extend_from_slice(&json);
        }
        None => {
            write_string(out, &detail.url());
            out.extend_from_slice(b",\"bytes\":");
            write_string(out, &STANDARD.encode(detail.proto().unwrap_or_default()));
        }
    }
    out.push(b'}');
}

/// The status of an error object.
pub(super) fn read(error: &Raw<'_>) -> Result<Status, Malformed> {
    let (mut code, mut message, mut data) = (None, None, None);
    Scanner::new(error.text).object(|key, value| match key.string().as_deref() {
        Some("code") => code = Some(value),
        Some("message") => message = Some(value),
        Some("data") => data = Some(value),
        _ => {}
    })?;
    let code = code.filter(|code| matches!(code.first(), b'-' | b'0'..=b'9')).ok_or(Malformed)?;
    // Some servers have nothing to say, or say it in another shape.
    let message =
        message.map(|raw| raw.string().map_or_else(|| raw.text.to_owned(), |text| text.into_owned()));
    let message = message.unwrap_or_default();
    let Ok(number) = code.text.parse::<i64>() else {
        return Ok(Status::unknown(message));
    };
    let data = data.filter(|data| data.first() == b'{' && Status::is_own_number(number));
    let details = data.map(|data| read_details(&data)).unwrap_or_default();
    // The number says which code it is; its name in the data is for people.
    Ok(details.into_iter().fold(Status::from_number(number, message), Status::with_detail))
}

/// The details in `data`. What is not in our shape is left out: the status itself is worth more.
fn read_details(data: &Raw<'_>) -> Vec<Detail> {
    let mut list = None;
    let mut details = Vec::new();
    let read = Scanner::new(data.text).object(|key, value| {
        if key.string().as_deref() == Some("details") {
            list = Some(value);
        }
    });
    if let Some(list) = list.filter(|list| list.first() == b'[' && read.is_ok()) {
        let read = Scanner::new(list.text).array(|scanner| {
            details.extend(read_detail(&scanner.value()?));
            Ok::<_, Malformed>(())
        });
        debug_assert!(read.is_ok(), "a value that was scanned is JSON");
    }
    details
}

fn read_detail(raw: &Raw<'_>) -> Option<Detail> {
    let (mut name, mut value, mut bytes) = (None, None, None);
    Scanner::new(raw.text)
        .object(|key, member| match key.string().as_deref() {
            Some("type") => name = member.string(),
            Some("value") => value = Some(member.text),
            Some("bytes") => bytes = member.string(),
            _ => {}
        })
        .ok()?;
    match (value, bytes) {
        (Some(json), _) => Some(Detail::from_json(&name?, json)),
        (None, Some(text)) => Some(Detail::from_any(&name?, STANDARD.decode(text.as_bytes()).ok()?)),
        (None, None) => None,
    }
}
