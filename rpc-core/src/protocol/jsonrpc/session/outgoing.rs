//! A stream on its way out: each item is a notification.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::super::error;
use super::extra::write_response;
use super::wire::Framing;
use crate::dispatch::{FILL, Fill, ItemFraming, Items, Sink};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// The notifications of one stream.
pub(super) struct Outgoing {
    /// The subscription id that the stream goes by, or the id of the call whose argument it is.
    pub(super) name: String,
    /// The id of the call that it answers.
    pub(super) call: Option<String>,
    items: Pin<Box<dyn Fill>>,
    words: Words,
    stop: oneshot::Receiver<Stop>,
}

/// Why a stream is given up before its end.
pub(super) enum Stop {
    /// Nobody wants to hear of it any more.
    Silently,
    Failed(Status),
}

/// What stands around the items, and behind the last one.
pub(super) struct Words {
    framing: Framing,
    /// All up to the item.
    item: Vec<u8>,
    /// All of the notification of the end, up to what its metadata stands before.
    done: Vec<u8>,
    /// All up to the error object of a failure.
    failed: Vec<u8>,
    /// The metadata of a reply whose response has gone already: it comes with the end.
    parts: Option<Box<ReplyParts>>,
}

/// What stands behind an item and behind an error object.
const TAIL: &[u8] = b"}}";

impl Words {
    /// The words of a result: notifications of `method` with the subscription's id.
    pub(super) fn result(framing: Framing, method: &str, subscription: &str) -> Words {
        let mut item = b"{\"jsonrpc\":\"2.0\",\"method\":".to_vec();
        error::write_string(&mut item, method);
        item.extend_from_slice(b",\"params\":{\"subscription\":");
        error::write_string(&mut item, subscription);
        let with = |text: &[u8]| [&item, text].concat();
        let (done, failed) = (with(b",\"done\":true}"), with(b",\"error\":"));
        item.extend_from_slice(b",\"result\":");
        Words { framing, item, done, failed, parts: None }
    }

    pub(super) fn with(mut self, parts: Option<Box<ReplyParts>>) -> Words {
        self.parts = parts;
        self
    }

    /// The words of an argument: `rpc.next`, `rpc.done` and `rpc.error` with the call's id.
    #[cfg(feature = "client")]
    pub(super) fn argument(framing: Framing, call: &str) -> Words {
        let head = |method: &str| {
            format!("{{\"jsonrpc\":\"2.0\",\"method\":\"rpc.{method}\",\"params\":{{\"id\":{call}")
                .into_bytes()
        };
        let with = |method: &str, text: &[u8]| [&head(method), text].concat();
        Words {
            framing,
            item: with("next", b",\"value\":"),
            done: with("done", b"}"),
            failed: with("error", b",\"error\":"),
            parts: None,
        }
    }

    fn write_done(&self, parts: Option<&ReplyParts>, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.done);
        write_response(parts, out);
        out.push(b'}');
        self.framing.close(out, start);
    }

    /// Appends the notification of a failure, without its frame.
    pub(super) fn write_failed(&self, status: &Status, parts: Option<&ReplyParts>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.failed);
        error::write(out, status);
        out.push(b'}');
        write_response(parts, out);
        out.push(b'}');
    }

    /// What goes beside the end of a stream: what its reply had, and what came later.
    fn last(&mut self, later: Option<Box<ReplyParts>>) -> Option<Box<ReplyParts>> {
        match (self.parts.take(), later) {
            (Some(mut parts), Some(later)) => {
                parts.add(*later);
                Some(parts)
            }
            (early, later) => early.or(later),
        }
    }
}

impl ItemFraming for Words {
    fn open(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.item);
    }

    fn close(&mut self, out: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        out.extend_from_slice(TAIL);
        self.framing.close(out, start);
        Ok(())
    }
}

impl Outgoing {
    /// A stream, and what stops it.
    pub(super) fn new(
        name: String,
        call: Option<String>,
        items: Items,
        words: Words,
    ) -> (Outgoing, oneshot::Sender<Stop>) {
        let (stopper, stop) = oneshot::channel();
        (Outgoing { name, call, items: items.into_fill(), words, stop }, stopper)
    }

    /// The notifications that are ready, once some are; and whether the stream goes on.
    pub(super) async fn fill(&mut self) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        let Outgoing { items, words, stop, .. } = self;
        let filled = poll_fn(|cx| {
            if let Poll::Ready(Ok(stop)) = stop.poll_unpin(cx) {
                return Poll::Ready(Err(stop));
            }
            let polled = items.as_mut().poll_fill(cx, &mut Sink::new(&mut out, words, FILL));
            polled.map_err(Stop::Failed)
        })
        .await;
        match filled {
            Ok(true) => return (out, true),
            Ok(false) => {
                let parts = words.last(items.as_mut().take_parts());
                words.write_done(parts.as_deref(), &mut out);
            }
            Err(Stop::Silently) => {}
            Err(Stop::Failed(status)) => {
                let parts = words.last(items.as_mut().take_parts());
                words.write_failed(&status, parts.as_deref(), &mut out);
                words.framing.close(&mut out, 0);
            }
        }
        (out, false)
    }
}
