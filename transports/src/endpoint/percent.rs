//! Percent-encoding (RFC 3986, section 2.1).

use std::fmt::Write as _;

/// Decodes `%41` to `A`; what is not two hexadecimal digits stays as it is.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|digits| !digits.starts_with('+'));
        match byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                decoded.push(byte);
                rest = &after[2..];
            }
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

/// Encodes what would end the path or the value of an option, or could not stand in an endpoint.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || " %?&#".contains(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        } else {
            encoded.push(c);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded() {
        for text in ["", "plain/path", "a b&c=d%20?#\n\u{85}é"] {
            assert_eq!(decode(&encode(text)), text.as_bytes(), "{text}");
        }
        assert_eq!(encode("a b&c"), "a%20b%26c");
        assert_eq!(decode("100%, %+1 %4"), b"100%, %+1 %4");
    }
}
