//! Content that came and was not read.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Pieces below this size are joined while others wait before them, up to that size: a peer may cut its bytes as small as
/// it likes, and each piece for itself would keep the whole message in which it came.
const JOINED: usize = 8 << 10;

/// Bytes in order.
#[derive(Default)]
pub(super) struct Content {
    pieces: VecDeque<Bytes>,
    /// Small pieces behind those.
    joined: BytesMut,
}

impl Content {
    pub(super) fn push(&mut self, piece: Bytes) {
        let waits = !self.pieces.is_empty() || !self.joined.is_empty();
        if waits && piece.len() < JOINED {
            self.joined.extend_from_slice(&piece);
            if self.joined.len() >= JOINED {
                self.pieces.push_back(self.joined.split().freeze());
            }
            return;
        }
        if !self.joined.is_empty() {
            self.pieces.push_back(self.joined.split().freeze());
        }
        self.pieces.push_back(piece);
    }

    /// The next bytes, of which there is at least one.
    pub(super) fn pop(&mut self) -> Option<Bytes> {
        match self.pieces.pop_front() {
            None if self.joined.is_empty() => None,
            None => Some(self.joined.split().freeze()),
            piece => piece,
        }
    }

    /// How many times there is something to be popped.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.len() + usize::from(!self.joined.is_empty())
    }

    /// Drops all bytes, and says how many there were.
    pub(super) fn clear(&mut self) -> usize {
        let bytes = self.joined.len() + self.pieces.iter().map(Bytes::len).sum::<usize>();
        *self = Self::default();
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_in_order_however_they_were_cut() {
        let all: Vec<u8> = (0..100_000_u32).map(|number| number as u8).collect();
        let mut content = Content::default();
        let (mut rest, mut cut) = (&all[..], 1);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(cut.min(rest.len()));
            content.push(Bytes::copy_from_slice(piece));
            rest = behind;
            cut = cut * 7 % 9001 + 1;
        }
        let mut read = Vec::new();
        while let Some(piece) = content.pop() {
            assert!(!piece.is_empty());
            read.extend(piece);
        }
        assert!(read == all);
    }

    #[test]
    fn small_pieces_are_joined_once_one_waits() {
        let mut content = Content::default();
        content.push(Bytes::from_static(b"one"));
        assert_eq!(content.pieces(), 1);
        (0..2 * JOINED).for_each(|_| content.push(Bytes::from_static(b"x")));
        assert_eq!(content.pieces(), 3);
        assert_eq!(content.pop().unwrap(), "one");
        assert_eq!(content.pop().unwrap().len(), JOINED);
        content.push(Bytes::from(vec![0; JOINED]));
        assert_eq!((content.pieces(), content.clear()), (2, 2 * JOINED));
        assert_eq!((content.pieces(), content.pop()), (0, None));
    }
}
