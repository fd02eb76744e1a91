//! Base64 as XML-RPC has it: the standard alphabet, in lines or in one piece.

use super::lexer::chars::is_space;
use crate::codec::base64;

/// The bytes of a text, in which white space may stand anywhere.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    base64::decode(text).or_else(|| {
        let lines = text.as_bytes().split(|&byte| is_space(byte));
        base64::decode(lines.collect::<Vec<_>>().concat())
    })
}
