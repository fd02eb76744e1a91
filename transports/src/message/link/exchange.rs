//! One call at one end: what has come of the other direction, and who waits for more.

use std::task::Waker;

use bytes::Bytes;
use http::HeaderMap;
use tokio::time::Instant;

use super::content::Content;
use crate::Body;
use crate::message::bhttp::{Decoder, Event, Head, Malformed};
use crate::message::layer::Reset;

pub(super) struct Exchange<H: Head> {
    decoder: Decoder<H>,
    /// The head, from when it came until it is taken.
    head: Option<H>,
    /// Whether the head was taken.
    taken: bool,
    /// Content that came and was not read.
    content: Content,
    trailers: Option<HeaderMap>,
    /// All has come.
    whole: bool,
    /// Nobody reads the content.
    left: bool,
    /// What the call failed of.
    pub(super) failed: Option<Reset>,
    /// Who waits for what comes, and who waits for room to send.
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
    /// It was begun at this end, where somebody waits for its answer.
    pub(super) is_ours: bool,
    pub(super) began: Instant,
}

/// What a reader gets.
pub(super) enum Frame {
    Data(Bytes),
    Trailers(HeaderMap),
    Failed(Reset),
    End,
}

impl<H: Head> Exchange<H> {
    pub(super) fn new(head_limit: usize, is_ours: bool, now: Instant) -> Self {
        Self {
            decoder: Decoder::new(head_limit),
            head: None,
            taken: false,
            content: Content::default(),
            trailers: None,
            whole: false,
            left: false,
            failed: None,
            reader: None,
            writer: None,
            is_ours,
            began: now,
        }
    }

    /// Takes bytes that came, and says how many of them no reader will take.
    pub(super) fn push(&mut self, data: Bytes, end: bool) -> Result<usize, Malformed> {
        let mut free = data.len();
        self.decoder.push(data);
        if end {
            self.decoder.finish();
        }
        while let Some(event) = self.decoder.next()? {
            match event {
                Event::Head(head) => self.head = Some(head),
                Event::Data(data) if !self.left => {
                    free = free.saturating_sub(data.len());
                    self.content.push(data);
                }
                Event::Data(_) => {}
                Event::Trailers(trailers) => self.trailers = Some(trailers),
                Event::End => self.whole = true,
            }
        }
        Ok(free)
    }

    /// Whether the head has come, and waits.
    pub(super) fn has_head(&self) -> bool {
        self.head.is_some()
    }

    /// Whether the head has not come.
    pub(super) fn lacks_head(&self) -> bool {
        self.head.is_none() && !self.taken
    }

    /// Whether somebody here knows of it.
    pub(super) fn is_taken(&self) -> bool {
        self.taken
    }

    /// The head, and the body if all of it is there in one piece.
    pub(super) fn take_head(&mut self) -> Option<(H, Option<Body>)> {
        let head = self.head.take()?;
        self.taken = true;
        if !self.whole || self.content.pieces() > 1 {
            return Some((head, None));
        }
        let data = self.content.pop().unwrap_or_default();
        let body = match (data.is_empty(), self.trailers.take()) {
            (true, None) => Body::Empty,
            (_, trailers) => Body::Full { data, trailers: trailers.map(Box::new) },
        };
        Some((head, Some(body)))
    }

    /// What is next to be read; `None` if that has not come.
    pub(super) fn next_frame(&mut self) -> Option<Frame> {
        if let Some(data) = self.content.pop() {
            return Some(Frame::Data(data));
        }
        match (&self.failed, self.whole) {
            (_, true) => Some(self.trailers.take().map_or(Frame::End, Frame::Trailers)),
            (Some(reset), false) => Some(Frame::Failed(reset.clone())),
            (None, false) => None,
        }
    }

    /// Nobody reads the content any more: the bytes of it that nobody has taken.
    pub(super) fn leave(&mut self) -> usize {
        self.left = true;
        self.content.clear()
    }
}
