//! What gRPC's C-core (Python, C++, Ruby …) sends as `:authority` over a Unix socket: the socket's path,
//! percent-encoded, which is no authority (RFC 3986, section 3.2). The HTTP/2 library resets such a stream, so that the
//! percent signs are replaced on the way in, where the lengths stay as they are.

/// The preface of a client (RFC 9113, section 3.4).
const PREFACE: usize = 24;

/// The head of a frame: three bytes of length, type, flags, four bytes of stream (RFC 9113, section 4.1).
const HEAD: usize = 9;

const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;

/// A literal name, not Huffman-coded, behind its length (RFC 7541, section 6.2). It cannot be part of a value, for no
/// value has a line feed.
const NAME: &[u8] = b"\x0a:authority";

/// Follows the frames of a connection.
#[derive(Debug)]
pub(in crate::stream::http) struct Authority {
    /// Bytes to pass over, behind which a frame begins.
    skip: usize,
    head: [u8; HEAD],
    /// How much of the head is there.
    taken: usize,
    /// Bytes of a header block that are left.
    block: usize,
    place: Place,
}

/// Where in a header block we are.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// So many bytes of the name stand before us.
    Name(usize),
    /// The value's length, or what is behind its first byte.
    Length { more: bool },
    /// So many bytes of the value are left.
    Value(usize),
}

impl Default for Authority {
    fn default() -> Self {
        Self { skip: PREFACE, head: [0; HEAD], taken: 0, block: 0, place: Place::Name(0) }
    }
}

impl Authority {
    /// Goes over the next bytes of the connection.
    pub(in crate::stream::http) fn mend(&mut self, mut bytes: &mut [u8]) {
        while !bytes.is_empty() {
            let count = match (self.skip, self.block) {
                (0, 0) => self.take_head(bytes),
                (0, block) => {
                    let count = block.min(bytes.len());
                    bytes[..count].iter_mut().for_each(|byte| self.step(byte));
                    self.block -= count;
                    count
                }
                (skip, _) => {
                    let count = skip.min(bytes.len());
                    self.skip -= count;
                    count
                }
            };
            bytes = &mut bytes[count..];
        }
    }

    fn take_head(&mut self, bytes: &[u8]) -> usize {
        let count = (HEAD - self.taken).min(bytes.len());
        self.head[self.taken..self.taken + count].copy_from_slice(&bytes[..count]);
        self.taken += count;
        if self.taken == HEAD {
            self.taken = 0;
            let [a, b, c, kind, ..] = self.head;
            let length = u32::from_be_bytes([0, a, b, c]) as usize;
            match kind {
                HEADERS | CONTINUATION => self.block = length,
                _ => self.skip = length,
            }
        }
        count
    }

    fn step(&mut self, byte: &mut u8) {
        self.place = match self.place {
            Place::Name(seen) if *byte == NAME[seen] => match seen + 1 == NAME.len() {
                true => Place::Length { more: false },
                false => Place::Name(seen + 1),
            },
            Place::Name(_) => Place::Name(usize::from(*byte == NAME[0])),
            Place::Length { more: false } => match *byte {
                // A prefix of seven bits that is full goes on in the next byte (RFC 7541, section 5.1).
                0x7f => Place::Length { more: true },
                // Huffman-coded, or empty.
                0x80.. | 0 => Place::Name(0),
                length => Place::Value(length.into()),
            },
            Place::Length { more: true } => match *byte {
                0x80.. => Place::Name(0),
                more => Place::Value(0x7f + usize::from(more)),
            },
            Place::Value(left) => {
                if *byte == b'%' {
                    *byte = b'-';
                }
                if left == 1 { Place::Name(0) } else { Place::Value(left - 1) }
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, 4, 0, 0, 0, 1], payload].concat()
    }

    fn literal(value: &str) -> Vec<u8> {
        let length = match value.len() {
            short @ 0..0x7f => vec![short as u8],
            long => vec![0x7f, (long - 0x7f) as u8],
        };
        [b"@", NAME, &length, value.as_bytes(), b"@\x01x\x01%"].concat()
    }

    /// A connection with a header block, and data that looks like one.
    fn connection(value: &str, parts: usize) -> Vec<u8> {
        let block = literal(value);
        let (first, second) = block.split_at(parts);
        let data = literal("a%2Fb");
        let frames = [frame(4, &[0; 6]), frame(HEADERS, first), frame(CONTINUATION, second), frame(0, &data)];
        [vec![b'p'; PREFACE], frames.concat(), frame(HEADERS, &literal("c%d"))].concat()
    }

    #[test]
    fn percent_signs_are_replaced_however_the_bytes_are_cut() {
        for value in ["tmp%2Fx.sock", "localhost:80", "", &"%41".repeat(60)] {
            for parts in [0, 1, 5, 14] {
                let sent = connection(value, parts);
                let mut wanted = connection(&value.replace('%', "-"), parts);
                let end = wanted.len();
                let last = wanted[end - 20..].iter().position(|byte| *byte == b'%').unwrap();
                wanted[end - 20 + last] = b'-';
                for cut in 0..sent.len() {
                    let mut got = sent.clone();
                    let mut authority = Authority::default();
                    let (left, right) = got.split_at_mut(cut);
                    authority.mend(left);
                    authority.mend(right);
                    assert!(got == wanted, "{value} {parts} {cut}");
                }
            }
        }
    }
}
