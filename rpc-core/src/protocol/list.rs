//! A stream as an array, where one message of a text protocol carries the whole of it.

use std::future::poll_fn;

use crate::dispatch::{ItemFraming, Items, Reply, Sink};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// How a protocol writes an array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Array {
    pub(crate) head: &'static [u8],
    pub(crate) between: &'static [u8],
    pub(crate) tail: &'static [u8],
}

struct Elements {
    between: &'static [u8],
    first: bool,
}

impl ItemFraming for Elements {
    fn open(&mut self, out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.first) {
            out.extend_from_slice(self.between);
        }
    }

    fn close(&mut self, _: &mut Vec<u8>, _: usize) -> Result<(), Status> {
        Ok(())
    }
}

/// The written value of a reply, and what goes beside it; of a stream all items, in an array of at most `limit` bytes.
///
/// # Errors
///
/// What ended the stream early: its items are lost with it. `RESOURCE_EXHAUSTED` for more than the limit.
pub(crate) async fn gather(
    mut reply: Reply,
    array: Array,
    limit: usize,
) -> Result<(Vec<u8>, Option<Box<ReplyParts>>), Status> {
    let Some(items) = reply.take_stream() else { return Ok(reply.into_written()) };
    let (mut out, mut parts) = reply.into_written();
    let most = out.len().saturating_add(limit);
    out.extend_from_slice(array.head);
    let ended = append(items, array.between, &mut out, most).await;
    let (ended, late) = match ended {
        Ok(late) if out.len() <= most => (Ok(()), late),
        Ok(late) => (Err(too_many(limit)), late),
        Err(mut status) => {
            let late = status.take_reply();
            (Err(status), late)
        }
    };
    if let Some(late) = late {
        parts.get_or_insert_default().add(*late);
    }
    match ended {
        Ok(()) => {
            out.extend_from_slice(array.tail);
            Ok((out, parts))
        }
        Err(status) => Err(match parts {
            Some(parts) => status.with_reply(*parts),
            None => status,
        }),
    }
}

fn too_many(limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "the items of the stream are over the limit of {limit} bytes: read it as a stream"
    ))
}

/// Appends items until they end, or `most` bytes are there.
async fn append(
    items: Items,
    between: &'static [u8],
    out: &mut Vec<u8>,
    most: usize,
) -> Result<Option<Box<ReplyParts>>, Status> {
    let mut items = items.into_fill();
    let mut elements = Elements { between, first: true };
    while out.len() <= most {
        let fill = poll_fn(|cx| items.as_mut().poll_fill(cx, &mut Sink::new(out, &mut elements, most + 1)));
        if !fill.await? {
            break;
        }
    }
    Ok(items.as_mut().take_parts())
}
