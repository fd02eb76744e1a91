//! Base64 as XML-RPC has it: the standard alphabet, in lines or in one piece.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::lexer::chars::is_space;

/// Writes the padding, and reads with or without it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a text, in which white space may stand anywhere.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().any(is_space) {
        return ENGINE.decode(text).ok();
    }
    let dense: Vec<u8> = text.bytes().filter(|&byte| !is_space(byte)).collect();
    ENGINE.decode(dense).ok()
}

/// Appends the text of these bytes, in one line.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    // the slice is exactly as long as the text, so nothing can be left over
    let written = ENGINE.encode_slice(bytes, &mut out[start..]).unwrap_or_default();
    out.truncate(start + written);
}
