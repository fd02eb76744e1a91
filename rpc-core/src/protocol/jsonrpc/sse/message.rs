//! What an event means for the call that is answered.

use bytes::Bytes;

use crate::metadata::Metadata;
use crate::protocol::jsonrpc::response::Answer;
use crate::status::Status;

/// A message of the answer.
pub(super) enum Message {
    Item(Bytes),
    /// The response: a result, which is null where the items came as notifications, and metadata.
    End(Bytes, Metadata),
    /// About something else, or to somebody else.
    Other,
}

/// Reads a message about the call with the id `sent`.
///
/// # Errors
///
/// The failure that it tells of, with the metadata beside it, and what is no message.
pub(super) fn read(event: &Bytes, sent: &str) -> Result<Message, (Status, Metadata)> {
    let answer = Answer::parse(event).map_err(|status| (status, Metadata::new()))?;
    if answer.is_request() {
        return Ok(answer.item(sent).map_or(Message::Other, |item| Message::Item(event.slice(item))));
    }
    let metadata = answer.metadata();
    match answer.result(sent) {
        Ok(result) => Ok(Message::End(event.slice(result), metadata)),
        Err(status) => Err((status, metadata)),
    }
}
