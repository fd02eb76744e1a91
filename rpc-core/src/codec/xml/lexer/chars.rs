//! Which characters XML 1.0 knows (section 2.2), and how far a run of text goes that needs no attention.

use crate::codec::plain::plain_blocks;

/// Reading must look at this byte.
const READ: u8 = 1;
/// Writing must look at this byte.
const WRITE: u8 = 2;

const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        class[byte] = READ | WRITE;
        byte += 1;
    }
    class[b'\t' as usize] = 0;
    class[b'\n' as usize] = 0;
    class[b'<' as usize] = READ | WRITE;
    class[b'&' as usize] = READ | WRITE;
    class[b'>' as usize] = WRITE;
    class[b']' as usize] = READ;
    // the first byte of U+FFFE and U+FFFF, and of many characters that are fine
    class[0xEF] = READ | WRITE;
    class
};

/// The end of the run from `from` on that stands for itself: no markup, no reference, no end of a CDATA section, no
/// carriage return, no character that XML lacks.
#[inline]
pub(in crate::codec::xml) fn plain_to_read(bytes: &[u8], from: usize) -> usize {
    let mut at = run(bytes, from, READ);
    loop {
        match &bytes[at..] {
            [b']', b']', b'>', ..] => return at,
            [b']', ..] => at += 1,
            // U+FFFE and U+FFFF
            [0xEF, 0xBF, 0xBE | 0xBF, ..] => return at,
            [0xEF, _, _, ..] => at += 3,
            _ => return at,
        }
        at = run(bytes, at, READ);
    }
}

/// The end of the run from `from` on that can be written as it is.
#[inline]
pub(in crate::codec::xml) fn plain_to_write(bytes: &[u8], from: usize) -> usize {
    run(bytes, from, WRITE)
}

/// The end of the run that begins at `from`.
#[inline]
fn run(bytes: &[u8], from: usize, class: u8) -> usize {
    /// So few bytes are not worth looking for more of them together.
    const SHORT: usize = 32;
    let short = bytes.len().min(from + SHORT);
    let at = walk(&bytes[..short], from, class);
    if at < from + SHORT { at } else { walk(bytes, at + long_run(&bytes[at..]), class) }
}

/// The same, byte by byte.
#[inline]
fn walk(bytes: &[u8], from: usize, class: u8) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at)
        && CLASS[byte as usize] & class == 0
    {
        at += 1;
    }
    at
}

/// Most of the bytes that neither reading nor writing must look at.
fn long_run(bytes: &[u8]) -> usize {
    plain_blocks(bytes, |byte| {
        let control = (byte < 0x20) & (byte != b'\t') & (byte != b'\n');
        let markup = (byte == b'<') | (byte == b'>') | (byte == b'&') | (byte == b']');
        control | markup | (byte == 0xEF)
    })
}

/// Whether XML 1.0 has this character.
pub(in crate::codec::xml) fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// XML's white space.
pub(in crate::codec::xml) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Without white space on both sides.
pub(in crate::codec::xml) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// The character that a reference stands for, and the reference's length in bytes; `text` begins with `&`.
///
/// The five entities of XML and character references, nothing else: a document type is never read.
pub(super) fn reference(text: &str) -> Option<(char, usize)> {
    // "&#x10FFFF;" with a few leading zeros; a longer one is not worth a scan of the whole text
    let end = text.bytes().take(16).position(|byte| byte == b';')?;
    let c = match text.get(1..end)? {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        name => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix('x') {
                Some(hex) => (hex, 16),
                None => (number, 10),
            };
            // from_str_radix would take a sign
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            char::from_u32(u32::from_str_radix(digits, radix).ok()?).filter(|&c| is_char(c))?
        }
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_the_same_bytes_however_long_they_are() {
        for at in 0..150 {
            for byte in 0..=u8::MAX {
                let mut text = [b'a'; 150];
                text[at] = byte;
                for class in [READ, WRITE] {
                    let end = if CLASS[byte as usize] & class == 0 { 150 } else { at };
                    assert_eq!(run(&text, 0, class), end, "{byte:#x} at {at}");
                }
            }
        }
    }
}
