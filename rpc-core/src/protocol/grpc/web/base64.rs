//! Base64 in pieces, each of which may have padding of its own.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

/// Characters of a group.
const GROUP: usize = 4;

/// Writes bytes as groups of their own.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads groups from texts that end anywhere.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The beginning of a group: fewer than four characters.
    begun: Vec<u8>,
}

impl Decoder {
    /// The bytes of all groups that are whole; none where something is no base64.
    pub(super) fn decode(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(text.len() / GROUP * 3 + GROUP);
        let missing = (GROUP - self.begun.len()) % GROUP;
        let (first, rest) = text.split_at(missing.min(text.len()));
        self.begun.extend_from_slice(first);
        if self.begun.len() == GROUP {
            STANDARD.decode_vec(&self.begun, &mut bytes).ok()?;
            self.begun.clear();
        }
        let (mut whole, begun) = rest.split_at(rest.len() / GROUP * GROUP);
        while !whole.is_empty() {
            // Padding ends a run of groups, and another may follow.
            let run = whole
                .iter()
                .position(|byte| *byte == b'=')
                .map_or(whole.len(), |at| at / GROUP * GROUP + GROUP);
            STANDARD.decode_vec(&whole[..run], &mut bytes).ok()?;
            whole = &whole[run..];
        }
        self.begun.extend_from_slice(begun);
        Some(bytes)
    }

    /// Whether the text ends within a group.
    pub(super) fn is_torn(&self) -> bool {
        !self.begun.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_with_padding_of_their_own_are_read_however_they_are_cut() {
        let text = format!("{}{}{}{}", encode(b"a"), encode(b"bc"), encode(b"def"), encode(b"ghij"));
        for size in 1..=text.len() {
            let mut decoder = Decoder::default();
            let mut bytes = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                bytes.extend(decoder.decode(piece).unwrap());
            }
            assert!(!decoder.is_torn());
            assert_eq!(bytes, b"abcdefghij", "in pieces of {size}");
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in ["????", "A===", "=AAA", "AA=A", "AAAA===="] {
            assert_eq!(Decoder::default().decode(text.as_bytes()), None, "{text}");
        }
        let mut decoder = Decoder::default();
        assert_eq!(decoder.decode(b"AAAAAA"), Some(vec![0; 3]));
        assert!(decoder.is_torn());
    }
}
