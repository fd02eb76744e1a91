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
    state: State<H>,
    /// Framing: whether lengths stand before the sections and the content.
    known: bool,
    finished: bool,
}

/// What is read next.
enum State<H: Head> {
    Framing,
    Control(H::Partial),
    Headers(H::Control, Section),
    ContentLength {
        /// Whether a chunk has come, so that a terminator must.
        begun: bool,
    },
    Content(u64),
    Trailers(Section),
    Padding,
    Ended,
    Failed(Malformed),
}

/// Where a step leads.
enum Step<H> {
    Event(Event<H>),
    Next,
    /// More must come.
    Wait,
}

impl<H: Head> Decoder<H> {
    /// Takes a head of up to `limit` bytes, and trailers of up to as many, counted as HTTP/2 does: names, values, and 32
    /// for each field. Informational responses count to the head.
    pub fn new(limit: usize) -> Self {
        Self {
            input: Input::default(),
            budget: Budget::new(limit),
            state: State::Framing,
            known: false,
            finished: false,
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
        loop {
            let step =
                self.step().and_then(|step| if let Step::Wait = step { self.wait() } else { Ok(step) });
            match step {
                Ok(Step::Event(event)) => return Ok(Some(event)),
                Ok(Step::Next) => {}
                Ok(Step::Wait) => return Ok(None),
                Err(error) => {
                    self.state = State::Failed(error.clone());
                    return Err(error);
                }
            }
        }
    }

    fn step(&mut self) -> Result<Step<H>, Malformed> {
        match &mut self.state {
            State::Framing => self.framing(),
            State::Control(partial) => {
                let Some(control) = H::control(partial, &mut self.input, &mut self.budget)? else {
                    return Ok(Step::Wait);
                };
                self.state = State::Headers(control, Section::new(self.known));
                Ok(Step::Next)
            }
            State::Headers(control, section) => {
                let Some(headers) = section.read(&mut self.input, &mut self.budget)? else {
                    return Ok(Step::Wait);
                };
                let control = std::mem::take(control);
                Ok(self.headers(control, headers))
            }
            State::ContentLength { .. } => Ok(self.content_length()),
            State::Content(left) => {
                let Some(data) = self.input.take_some(*left) else { return Ok(Step::Wait) };
                *left -= data.len() as u64;
                match *left {
                    0 if self.known => self.trailers(),
                    0 => self.state = State::ContentLength { begun: true },
                    _ => {}
                }
                Ok(Step::Event(Event::Data(data)))
            }
            State::Trailers(section) => {
                let Some(fields) = section.read(&mut self.input, &mut self.budget)? else {
                    return Ok(Step::Wait);
                };
                self.state = State::Padding;
                Ok(if fields.is_empty() { Step::Next } else { Step::Event(Event::Trailers(fields)) })
            }
            State::Padding => match self.input.take_some(u64::MAX) {
                None => Ok(Step::Wait),
                Some(padding) if padding.iter().all(|&byte| byte == 0) => Ok(Step::Next),
                Some(_) => Err(Malformed::Padding),
            },
            State::Ended => Ok(Step::Wait),
            State::Failed(error) => Err(error.clone()),
        }
    }

    fn framing(&mut self) -> Result<Step<H>, Malformed> {
        let Some((found, _)) = self.input.varint() else { return Ok(Step::Wait) };
        let due = [H::FRAMING, H::FRAMING + 2];
        if !due.contains(&found) {
            return Err(Malformed::Framing { found, due });
        }
        self.known = found == H::FRAMING;
        self.state = State::Control(H::Partial::default());
        Ok(Step::Next)
    }

    fn headers(&mut self, control: H::Control, headers: HeaderMap) -> Step<H> {
        match H::new(control, headers) {
            Some(head) => {
                self.state = State::ContentLength { begun: false };
                Step::Event(Event::Head(head))
            }
            None => {
                self.state = State::Control(H::Partial::default());
                Step::Next
            }
        }
    }

    fn content_length(&mut self) -> Step<H> {
        let Some((length, _)) = self.input.varint() else { return Step::Wait };
        match length {
            0 => self.trailers(),
            length => self.state = State::Content(length),
        }
        Step::Next
    }

    fn trailers(&mut self) {
        self.budget.refill();
        self.state = State::Trailers(Section::new(self.known));
    }

    /// What it means that no more is there.
    fn wait(&mut self) -> Result<Step<H>, Malformed> {
        if !self.finished {
            return Ok(Step::Wait);
        }
        let (place, may_end) = match &self.state {
            State::Ended | State::Failed(_) => return Ok(Step::Wait),
            State::Padding => {
                self.state = State::Ended;
                return Ok(Step::Event(Event::End));
            }
            State::Framing => ("the framing indicator", false),
            State::Control(_) => ("the control data", false),
            State::Headers(_, section) => ("the header section", section.is_blank()),
            State::ContentLength { begun } => ("the content", !begun),
            State::Content(_) => ("the content", false),
            State::Trailers(section) => ("the trailer section", section.is_blank()),
        };
        if !may_end || !self.input.is_empty() {
            return Err(Malformed::Cut(place));
        }
        // What is left out counts as empty, and a zero says that in either form (section 3.8).
        self.input.push(Bytes::from_static(&[0]));
        Ok(Step::Next)
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
