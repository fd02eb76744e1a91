//! Percent-encoding (RFC 3986, section 2.1).

/// What a text stands for. `None` where two hexadecimal digits must follow a `%`, and do not.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            _ => byte,
        });
    }
    Some(out)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The way back: a text that [`decode`] makes `bytes` of, whatever part of an endpoint it stands in.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes.iter().copied() {
        match byte.is_ascii_graphic() && !b"%?&#".contains(&byte) {
            true => out.push(byte.into()),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded() {
        for text in ["", "plain/path", "a b&c=d%20?#\n\u{85}é"] {
            assert_eq!(decode(&encode(text.as_bytes())).unwrap(), text.as_bytes(), "{text}");
        }
        assert_eq!(encode(b"a b&c"), "a%20b%26c");
        assert_eq!(decode("100%"), None);
        assert_eq!(decode("%+1"), None);
    }
}
