//! A stream as an array, where one message of a text protocol carries the whole of it.

use std::future::poll_fn;

#[cfg(feature = "server")]
use crate::dispatch::Reply;
use crate::dispatch::{ItemFraming, Items, Sink};
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
#[cfg(feature = "server")]
pub(crate) async fn gather(
    mut reply: Reply,
    array: Array,
    limit: usize,
) -> Result<(Vec<u8>, Option<Box<ReplyParts>>), Status> {
    let Some(items) = reply.take_stream() else { return Ok(reply.into_written()) };
    let (mut out, mut parts) = reply.into_written();
    let (ended, late) = match append(items, array, limit, &mut out).await {
        Ok(late) => (Ok(()), late),
        Err(mut status) => {
            let late = status.take_reply();
            (Err(status), late)
        }
    };
    if let Some(late) = late {
        parts.get_or_insert_default().add(*late);
    }
    match ended {
        Ok(()) => Ok((out, parts)),
        Err(status) => Err(match parts {
            Some(parts) => status.with_reply(*parts),
            None => status,
        }),
    }
}

/// Appends an array of all items, of at most `limit` bytes, and gives what goes behind them.
///
/// # Errors
///
/// As [`gather`].
pub(crate) async fn append(
    items: Items,
    array: Array,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<Option<Box<ReplyParts>>, Status> {
    let mut items = items.into_fill();
    let mut elements = Elements { between: array.between, first: true };
    let most = out.len().saturating_add(limit);
    out.extend_from_slice(array.head);
    loop {
        if out.len() > most {
            let text =
                format!("the items of the stream are over the limit of {limit} bytes: read it as a stream");
            return Err(Status::resource_exhausted(text));
        }
        let end = most.saturating_add(1);
        let fill = poll_fn(|cx| items.as_mut().poll_fill(cx, &mut Sink::new(out, &mut elements, end)));
        if !fill.await? {
            break;
        }
    }
    out.extend_from_slice(array.tail);
    Ok(items.as_mut().take_parts())
}
