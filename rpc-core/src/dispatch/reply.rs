//! The reply to a call.

use bytes::Bytes;
use tokio::time::Instant;

use super::items::Items;
use crate::metadata::ReplyParts;

/// The reply to a call: its value, still encoded, and what it carries beside.
#[derive(Debug)]
pub struct Reply {
    value: Value,
    stream: Option<Box<Streamed>>,
    parts: Option<Box<ReplyParts>>,
}

/// Items, in place of a value.
#[derive(Debug)]
struct Streamed {
    items: Items,
    /// What a layer has brought the call's deadline forward to.
    deadline: Option<Instant>,
}

#[derive(Debug)]
enum Value {
    /// In the buffer that came with the call, behind what the protocol wrote there.
    Written(Vec<u8>),
    /// A slice of what a client received.
    Received(Bytes),
}

impl Reply {
    /// A reply that a client received.
    pub(crate) fn received(value: Bytes, parts: ReplyParts) -> Reply {
        Reply { value: Value::Received(value), stream: None, parts: Some(Box::new(parts)) }
    }

    /// A reply whose items a client receives.
    pub(crate) fn receiving(items: Items, parts: ReplyParts) -> Reply {
        Reply::received(Bytes::new(), parts).streaming(items)
    }

    /// A value behind what the protocol had written.
    pub(crate) fn written(out: Vec<u8>, parts: Option<Box<ReplyParts>>) -> Reply {
        Reply { value: Value::Written(out), stream: None, parts }
    }

    /// The same reply with items in place of the value.
    pub(super) fn streaming(mut self, items: Items) -> Reply {
        self.stream = Some(Box::new(Streamed { items, deadline: None }));
        self
    }

    /// Whether it has items rather than a value.
    pub(crate) fn is_stream(&self) -> bool {
        self.stream.is_some()
    }

    /// The items, where the method streams. They stand for the value then.
    pub(crate) fn take_stream(&mut self) -> Option<Items> {
        self.stream.take().map(|stream| stream.items)
    }

    /// What goes beside the value, if anything does.
    #[cfg(feature = "jsonrpc")]
    pub(crate) fn take_parts(&mut self) -> Option<Box<ReplyParts>> {
        self.parts.take()
    }

    /// The same reply; items, if there are any, end at a deadline.
    pub(super) fn before(mut self, deadline: Instant) -> Reply {
        if let Some(stream) = &mut self.stream {
            stream.deadline = earlier(stream.deadline, Some(deadline));
        }
        self
    }

    /// When the items end at the latest, of a call with that deadline.
    pub(crate) fn deadline(&self, of_call: Option<Instant>) -> Option<Instant> {
        earlier(self.stream.as_ref().and_then(|stream| stream.deadline), of_call)
    }

    /// The same reply; items, where there are any, pass through `wrap`.
    pub(crate) fn map_stream(self, wrap: impl FnOnce(Items) -> Items) -> Reply {
        let Some(stream) = self.stream else { return self };
        let Streamed { items, deadline } = *stream;
        Reply { stream: Some(Box::new(Streamed { items: wrap(items), deadline })), ..self }
    }

    /// What the reply carries beside its value.
    pub fn parts(&self) -> Option<&ReplyParts> {
        self.parts.as_deref()
    }

    /// What the reply carries beside its value, to be changed by a layer.
    pub fn parts_mut(&mut self) -> &mut ReplyParts {
        self.parts.get_or_insert_default()
    }

    /// The buffer, for the protocol to close, and what goes beside it.
    pub(crate) fn into_written(self) -> (Vec<u8>, Option<Box<ReplyParts>>) {
        match self.value {
            Value::Written(out) => (out, self.parts),
            Value::Received(bytes) => (bytes.into(), self.parts),
        }
    }

    /// The encoded value, for a client to decode.
    pub(crate) fn into_received(self) -> (Bytes, Option<Box<ReplyParts>>) {
        match self.value {
            Value::Written(out) => (out.into(), self.parts),
            Value::Received(bytes) => (bytes, self.parts),
        }
    }
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.into_iter().chain(b).min()
}
