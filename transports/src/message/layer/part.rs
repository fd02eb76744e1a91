//! The parts that messages are made of. `docs/wire.md` specifies them.

use bytes::{Buf, BufMut, Bytes};

/// The version of the format, the first byte of each part.
pub(super) const VERSION: u8 = 1;

/// Bytes before the payload of a part.
pub(super) const HEADER: usize = 28;

/// The smallest message that all parts without data fit into, with a byte of data where there is more room.
pub const LEAST_MESSAGE: usize = 512;

/// The bit of the flags that marks the last part of a direction.
const END: u8 = 1;

/// Which call a part belongs to: its client, by a random number, and the number that this gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The client's number.
    pub client: u64,
    /// The call's number.
    pub call: u64,
}

/// A part of one direction of a call, or about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whose part it is.
    pub key: Key,
    /// What it says.
    pub kind: Kind,
}

/// What a part says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first part of a request.
    Open {
        /// Where its reply goes, in at most 255 bytes.
        reply_to: Bytes,
        /// How many bytes of the reply may come.
        credit: u64,
        /// The first bytes of the request.
        data: Bytes,
        /// Whether they are the last, too.
        end: bool,
    },
    /// Further bytes of the request, or bytes of the response.
    Data {
        /// The number of the part in its direction.
        number: u32,
        /// The bytes.
        data: Bytes,
        /// Whether they are the last.
        end: bool,
    },
    /// More bytes of the other direction may be sent.
    Credit {
        /// So many in all, counted from its first.
        upto: u64,
    },
    /// The call is over, in both directions.
    Reset(Reset),
    /// Asks whether the call is known.
    Ping {
        /// How many parts of this direction were sent.
        sent: u32,
        /// The credit for the other direction.
        upto: u64,
    },
    /// It is known.
    Pong {
        /// How many parts of this direction were sent.
        sent: u32,
        /// The credit for the other direction.
        upto: u64,
    },
    /// The client has ended, whatever calls it had, and receives no more.
    Leave,
}

/// Why a call is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reset {
    /// The reason, for programs.
    pub code: Code,
    /// The reason, for people; may be empty.
    pub text: String,
}

/// The codes of [`Reset`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// Nobody waits for it any more.
    Cancelled = 1,
    /// It was not begun, and may be tried again.
    Refused = 2,
    /// A part or the message that the parts make is not as it must be.
    Malformed = 3,
    /// A part was lost.
    Lost = 4,
    /// Nothing was heard of the other end for too long.
    Silent = 5,
    /// The call is not known.
    Unknown = 6,
    /// The end that says so gave it up for reasons of its own.
    Failed = 7,
}

impl Code {
    const ALL: [Code; 7] = [
        Code::Cancelled,
        Code::Refused,
        Code::Malformed,
        Code::Lost,
        Code::Silent,
        Code::Unknown,
        Code::Failed,
    ];

    fn of(byte: u8) -> Code {
        // What a later version has for a reason is one that is not known here.
        Code::ALL.into_iter().find(|code| *code as u8 == byte).unwrap_or(Code::Failed)
    }
}

impl Reset {
    /// With its reason.
    pub fn new(code: Code, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// Why a message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub(super) &'static str);

/// The longest text of a reset that is written and kept.
const TEXT: usize = 256;

const OPEN: u8 = 1;
const DATA: u8 = 2;
const CREDIT: u8 = 3;
const RESET: u8 = 4;
const PING: u8 = 5;
const PONG: u8 = 6;
const LEAVE: u8 = 7;

impl Part {
    /// Appends the part to a message.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let (kind, end, number) = match &self.kind {
            Kind::Open { end, .. } => (OPEN, *end, 0),
            Kind::Data { end, number, .. } => (DATA, *end, *number),
            Kind::Credit { .. } => (CREDIT, false, 0),
            Kind::Reset(_) => (RESET, true, 0),
            Kind::Ping { sent, .. } => (PING, false, *sent),
            Kind::Pong { sent, .. } => (PONG, false, *sent),
            Kind::Leave => (LEAVE, false, 0),
        };
        out.put_slice(&[VERSION, kind, if end { END } else { 0 }, 0]);
        out.put_u32(0);
        out.put_u32(number);
        out.put_u64(self.key.client);
        out.put_u64(self.key.call);
        match &self.kind {
            Kind::Open { reply_to, credit, data, .. } => {
                out.put_u64(*credit);
                // A longer one is refused where addresses are made.
                out.put_u8(reply_to.len() as u8);
                out.put_slice(reply_to);
                out.put_slice(data);
            }
            Kind::Data { data, .. } => out.put_slice(data),
            Kind::Credit { upto } | Kind::Ping { upto, .. } | Kind::Pong { upto, .. } => out.put_u64(*upto),
            Kind::Reset(reset) => {
                out.put_u8(reset.code as u8);
                out.put_slice(cut(&reset.text).as_bytes());
            }
            Kind::Leave => {}
        }
        let length = (out.len() - start - HEADER) as u32;
        out[start + 4..start + 8].copy_from_slice(&length.to_be_bytes());
    }

    /// Whose message this is, by its first part.
    pub fn client(message: &[u8]) -> Option<u64> {
        let number = message.get(12..20).filter(|_| message[0] == VERSION)?;
        Some(u64::from_be_bytes(number.try_into().ok()?))
    }

    /// Takes the next part of a message; `None` at its end.
    ///
    /// # Errors
    /// The rest of the message is no part.
    pub fn read(message: &mut Bytes) -> Result<Option<Part>, Malformed> {
        if message.is_empty() {
            return Ok(None);
        }
        if message[0] != VERSION {
            return Err(Malformed("the version of a part is not 1"));
        }
        if message.len() < HEADER {
            return Err(Malformed("a part is cut in its header"));
        }
        message.advance(1);
        let (kind, flags, _reserved) = (message.get_u8(), message.get_u8(), message.get_u8());
        let (length, number) = (message.get_u32() as usize, message.get_u32());
        let key = Key { client: message.get_u64(), call: message.get_u64() };
        if message.len() < length {
            return Err(Malformed("a part is cut in its payload"));
        }
        let mut payload = message.split_to(length);
        let end = flags & END != 0;
        let kind = match kind {
            OPEN => {
                if payload.len() < 9 {
                    return Err(Malformed("the first part of a request is too short"));
                }
                let (credit, length) = (payload.get_u64(), payload.get_u8() as usize);
                if payload.len() < length {
                    return Err(Malformed("the address of the reply is cut"));
                }
                Kind::Open { reply_to: payload.split_to(length), credit, data: payload, end }
            }
            DATA => Kind::Data { number, data: payload, end },
            CREDIT if payload.len() == 8 => Kind::Credit { upto: payload.get_u64() },
            RESET if !payload.is_empty() => {
                let code = Code::of(payload.get_u8());
                Kind::Reset(Reset::new(code, cut(&String::from_utf8_lossy(&payload))))
            }
            PING if payload.len() == 8 => Kind::Ping { sent: number, upto: payload.get_u64() },
            PONG if payload.len() == 8 => Kind::Pong { sent: number, upto: payload.get_u64() },
            LEAVE if payload.is_empty() => Kind::Leave,
            CREDIT | RESET | PING | PONG | LEAVE => {
                return Err(Malformed("a part has a payload of the wrong length"));
            }
            _ => return Err(Malformed("the kind of a part is not known")),
        };
        Ok(Some(Part { key, kind }))
    }
}

/// The text up to the longest that is kept, whole letters only.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use polyrpc_test_support::{Page, hex};

    use super::*;

    fn parts() -> Vec<Part> {
        let key = Key { client: 0x0102_0304_0506_0708, call: 9 };
        let text = |text: &'static str| Bytes::from_static(text.as_bytes());
        let kinds = [
            Kind::Open { reply_to: text("/reply"), credit: 70_000, data: text("head"), end: true },
            Kind::Open { reply_to: text(""), credit: 0, data: text(""), end: false },
            Kind::Data { number: 7, data: text("bytes"), end: false },
            Kind::Data { number: u32::MAX, data: text(""), end: true },
            Kind::Credit { upto: u64::MAX },
            Kind::Reset(Reset::new(Code::Refused, "too many")),
            Kind::Reset(Reset::new(Code::Cancelled, "")),
            Kind::Ping { sent: 3, upto: 1 << 40 },
            Kind::Pong { sent: 0, upto: 0 },
            Kind::Leave,
        ];
        kinds.into_iter().map(|kind| Part { key, kind }).collect()
    }

    #[test]
    fn parts_are_read_as_they_were_written() {
        let mut message = Vec::new();
        parts().iter().for_each(|part| part.write(&mut message));
        let mut message = Bytes::from(message);
        for part in parts() {
            assert_eq!(Part::read(&mut message), Ok(Some(part)));
        }
        assert_eq!(Part::read(&mut message), Ok(None));
    }

    #[test]
    fn a_part_is_written_as_the_page_says() {
        let mut message = Vec::new();
        let key = Key { client: 1, call: 2 };
        Part { key, kind: Kind::Data { number: 3, data: Bytes::from_static(b"x"), end: true } }
            .write(&mut message);
        let page = Page::read("wire.md");
        let blocks: Vec<Vec<u8>> = page.blocks(&["part"]).map(|block| hex(&block.text)).collect();
        assert_eq!(blocks, [message]);
    }

    #[test]
    fn what_is_cut_is_refused_and_nothing_else_happens() {
        for part in parts() {
            let mut message = Vec::new();
            part.write(&mut message);
            for length in 1..message.len() {
                let mut cut = Bytes::copy_from_slice(&message[..length]);
                assert!(Part::read(&mut cut).is_err(), "{part:?} at {length}");
            }
        }
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        let reset = Kind::Reset(Reset::new(Code::Failed, "ä".repeat(200)));
        let mut message = Vec::new();
        Part { key: Key { client: 1, call: 1 }, kind: reset }.write(&mut message);
        assert_eq!(message.len(), HEADER + 1 + 256);
    }
}
