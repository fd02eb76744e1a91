//! Reads messages, in whatever pieces they come.

mod budget;
mod error;
mod head;
mod input;
mod section;

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

use self::budget::Budget;
use self::input::Input;
use self::section::Section;

pub use self::error::Malformed;
pub use self::head::Head;

/// What a message holds, in this order.
#[derive(Debug)]
pub enum Event<H> {
    /// The head, once and first. Informational responses are passed over.
    Head(H),
    /// Some of the content: never empty, and out of the part in which it came, without a copy.
    Data(Bytes),
    /// The trailers, if there are any.
    Trailers(HeaderMap),
    /// The message was whole. Nothing follows.
    End,
}

/// Reads one message: `Decoder<request::Parts>` a request, `Decoder<response::Parts>` a response.
///
/// It keeps no more than the beginning of an item whose end has not come. No length that a peer claims makes it
/// allocate: it grows with what was pushed. Fields about a connection are passed over (RFC 9292, section 3.6), and
/// pseudo-fields are all refused, for we define none.
pub struct Decoder<H: Head> {
    input: Input,
    budget: Budget,
    state: State,
    control: H::Control,
    section: Section,
    /// Framing: whether lengths stand before the sections and the content.
    known: bool,
    finished: bool,
    failed: Option<Malformed>,
}

/// What is read next.
#[derive(Debug, Clone, Copy)]
enum State {
    Framing,
    Control,
    Headers,
    ContentLength {
        /// Whether a chunk has come, so that a terminator must.
        begun: bool,
    },
    Content {
        left: u64,
    },
    Trailers,
    Padding,
    Ended,
}

/// Where a step leads.
enum Step<H> {
    Event(Event<H>),
    Next,
    /// More must come.
    Wait,
    Ended,
}

impl<H: Head> Decoder<H> {
    /// Takes a head of up to `limit` bytes, and trailers of up to as many, counted as HTTP/2 does: names, values, and 32
    /// for each field. Informational responses count to the head.
    pub fn new(limit: usize) -> Self {
        Self {
            input: Input::default(),
            budget: Budget::new(limit),
            state: State::Framing,
            control: H::Control::default(),
            section: Section::new(false),
            known: false,
            finished: false,
            failed: None,
        }
    }

    /// Adds what came, behind all that came before. It is best to have called [`Decoder::next`] until it gave `None`:
    /// what is left is copied.
    pub fn push(&mut self, part: Bytes) {
        self.input.push(part);
    }

    /// Says that all has come.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// What comes next; `None` when more must be pushed, and behind [`Event::End`], which needs [`Decoder::finish`].
    ///
    /// # Errors
    /// When the message is not one, or too large; from then on always the same.
    #[expect(clippy::should_implement_trait, reason = "an iterator has no next after a `None`, and this has")]
    pub fn next(&mut self) -> Result<Option<Event<H>>, Malformed> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let next = self.event();
        if let Err(error) = &next {
            self.failed = Some(error.clone());
        }
        next
    }

    fn event(&mut self) -> Result<Option<Event<H>>, Malformed> {
        loop {
            match self.step()? {
                Step::Event(event) => return Ok(Some(event)),
                Step::Next => {}
                Step::Wait if !self.finished => return Ok(None),
                Step::Wait => {
                    if self.end()? {
                        return Ok(Some(Event::End));
                    }
                }
                Step::Ended => return Ok(None),
            }
        }
    }

    fn step(&mut self) -> Result<Step<H>, Malformed> {
        Ok(match self.state {
            State::Framing => self.framing()?,
            State::Control => match H::control(&mut self.input, &mut self.budget)? {
                Some(control) => {
                    self.control = control;
                    self.section = Section::new(self.known);
                    self.to(State::Headers)
                }
                None => Step::Wait,
            },
            State::Headers => match self.section.read(&mut self.input, &mut self.budget)? {
                Some(headers) => self.head(headers),
                None => Step::Wait,
            },
            State::ContentLength { .. } => self.content_length()?,
            State::Content { left } => self.content(left),
            State::Trailers => match self.section.read(&mut self.input, &mut self.budget)? {
                Some(trailers) => {
                    self.state = State::Padding;
                    if trailers.is_empty() { Step::Next } else { Step::Event(Event::Trailers(trailers)) }
                }
                None => Step::Wait,
            },
            State::Padding => match self.input.take_some(u64::MAX) {
                Some(padding) if padding.iter().any(|&byte| byte != 0) => return Err(Malformed::Padding),
                Some(_) => Step::Next,
                None => Step::Wait,
            },
            State::Ended => Step::Ended,
        })
    }

    fn to(&mut self, state: State) -> Step<H> {
        self.state = state;
        Step::Next
    }

    fn framing(&mut self) -> Result<Step<H>, Malformed> {
        let Some(found) = self.input.varint()? else { return Ok(Step::Wait) };
        let due = [H::FRAMING, H::FRAMING + 2];
        if !due.contains(&found) {
            return Err(Malformed::Framing { found, due });
        }
        self.known = found == H::FRAMING;
        Ok(self.to(State::Control))
    }

    fn head(&mut self, headers: HeaderMap) -> Step<H> {
        match H::new(std::mem::take(&mut self.control), headers) {
            Some(head) => {
                self.state = State::ContentLength { begun: false };
                Step::Event(Event::Head(head))
            }
            None => self.to(State::Control),
        }
    }

    fn content_length(&mut self) -> Result<Step<H>, Malformed> {
        Ok(match self.input.varint()? {
            Some(0) => self.trailers(),
            Some(left) => self.to(State::Content { left }),
            None => Step::Wait,
        })
    }

    fn content(&mut self, left: u64) -> Step<H> {
        let Some(data) = self.input.take_some(left) else { return Step::Wait };
        match left - data.len() as u64 {
            0 if self.known => self.trailers(),
            0 => self.to(State::ContentLength { begun: true }),
            left => self.to(State::Content { left }),
        };
        Step::Event(Event::Data(data))
    }

    fn trailers(&mut self) -> Step<H> {
        self.budget.refill();
        self.section = Section::new(self.known);
        self.to(State::Trailers)
    }

    /// What it means that all has come: true at the end of the message.
    fn end(&mut self) -> Result<bool, Malformed> {
        let (place, may_end) = match self.state {
            State::Ended | State::Padding => {
                self.state = State::Ended;
                return Ok(true);
            }
            State::Framing => ("the framing indicator", false),
            State::Control => ("the control data", false),
            State::Headers => ("the header section", self.section.is_blank()),
            State::ContentLength { begun } => ("the content", !begun),
            State::Content { .. } => ("the content", false),
            State::Trailers => ("the trailer section", self.section.is_blank()),
        };
        if !may_end || !self.input.is_empty() {
            return Err(Malformed::Cut(place));
        }
        // What is left out counts as empty, and a zero says that in either form (section 3.8).
        self.input.push(Bytes::from_static(&[0]));
        Ok(false)
    }
}

impl<H: Head> fmt::Debug for Decoder<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("input", &self.input)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}
