//! Items that are sent and received within the process.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::{Fill, Filler, ItemFraming, Pull, Sink};
use crate::metadata::ReplyParts;
use crate::status::Status;

/// Bytes that are encoded ahead of their reader: one item, and what is as small as one.
const AHEAD: usize = 1;

/// Outgoing items as incoming ones.
pub(super) struct Unframed {
    fill: Pin<Box<dyn Fill>>,
    ready: VecDeque<Bytes>,
}

impl Unframed {
    pub(super) fn new(fill: Pin<Box<dyn Fill>>) -> Unframed {
        Unframed { fill, ready: VecDeque::new() }
    }
}

/// Where each item ends.
struct Ends(Vec<usize>);

impl ItemFraming for Ends {
    fn open(&mut self, _: &mut Vec<u8>) {}

    fn close(&mut self, out: &mut Vec<u8>, _: usize) -> Result<(), Status> {
        self.0.push(out.len());
        Ok(())
    }
}

impl Pull for Unframed {
    fn poll_item(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        if let Some(item) = self.ready.pop_front() {
            return Poll::Ready(Ok(Some(item)));
        }
        let (mut out, mut ends) = (Vec::new(), Ends(Vec::new()));
        if !ready!(self.fill.as_mut().poll_fill(cx, &mut Sink::new(&mut out, &mut ends, AHEAD)))? {
            return Poll::Ready(Ok(None));
        }
        let mut out = Bytes::from(out);
        let mut start = 0;
        for end in ends.0 {
            self.ready.push_back(out.split_to(end - start));
            start = end;
        }
        Poll::Ready(Ok(self.ready.pop_front()))
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.fill.as_mut().take_parts()
    }
}

/// Incoming items as outgoing ones.
pub(super) struct Reframed {
    pull: Pin<Box<dyn Pull>>,
    filler: Filler,
}

impl Reframed {
    pub(super) fn new(pull: Pin<Box<dyn Pull>>) -> Reframed {
        Reframed { pull, filler: Filler::default() }
    }
}

impl Fill for Reframed {
    fn poll_fill(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        sink: &mut Sink<'_>,
    ) -> Poll<Result<bool, Status>> {
        let Reframed { pull, filler } = &mut *self;
        filler.poll_fill(sink, |sink| {
            let Some(item) = ready!(pull.as_mut().poll_item(cx))? else { return Poll::Ready(Ok(false)) };
            let copy = |out: &mut Vec<u8>| {
                out.extend_from_slice(&item);
                Ok(())
            };
            Poll::Ready(sink.write(copy).map(|()| true))
        })
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.pull.as_mut().take_parts()
    }
}
