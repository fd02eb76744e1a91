//! JSON texts as slices: finds where values begin and end, and checks their grammar, without building anything
//! ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)).

use std::borrow::Cow;
use std::ops::Range;

use super::nesting::Nesting;
use crate::codec::plain_blocks;

/// The text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// A value, as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    pub(super) text: &'a str,
    /// Where in the text it begins.
    pub(super) start: usize,
    /// How many arrays and objects are nested in it; 0 for a scalar.
    pub(super) depth: usize,
}

impl<'a> Raw<'a> {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The first byte tells the kind of a value.
    pub(super) fn first(&self) -> u8 {
        self.text.as_bytes().first().copied().unwrap_or_default()
    }

    /// The content of a string; none for another value, and for a string with a lone surrogate.
    pub(super) fn string(&self) -> Option<Cow<'a, str>> {
        let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
        match inner.as_bytes().contains(&b'\\') {
            false => Some(Cow::Borrowed(inner)),
            true => serde_json::from_str(self.text).ok().map(Cow::Owned),
        }
    }
}

/// Reads a text from the front.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text, at: 0 }
    }

    /// The first byte of what comes next, white space left out.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        self.peek().map_or(Ok(()), |_| Err(Malformed))
    }

    /// Reads an object, and shows each member to `each`.
    pub(super) fn object(&mut self, mut each: impl FnMut(Raw<'a>, Raw<'a>)) -> Result<(), Malformed> {
        self.expect(b'{')?;
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            let value = self.value()?;
            each(key, value);
            if self.take(b'}') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// Reads an array; `each` reads its elements.
    pub(super) fn array<E: From<Malformed>>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'[')?;
        if self.take(b']') {
            return Ok(());
        }
        loop {
            each(self)?;
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// Reads one value of any kind, however deep, without recursion.
    pub(super) fn value(&mut self) -> Result<Raw<'a>, Malformed> {
        let first = self.peek();
        let start = self.at;
        let mut nesting = Nesting::default();
        if let Some(b'{' | b'[') = first {
            self.nested(&mut nesting)?;
        } else {
            self.scalar()?;
        }
        Ok(Raw { text: self.slice(start), start, depth: nesting.deepest() })
    }

    fn nested(&mut self, nesting: &mut Nesting) -> Result<(), Malformed> {
        loop {
            // A value is due here.
            let closes = match self.peek() {
                Some(b'{') => {
                    self.at += 1;
                    nesting.enter(true);
                    self.peek() == Some(b'}') || self.key().map(|_| false)?
                }
                Some(b'[') => {
                    self.at += 1;
                    nesting.enter(false);
                    self.peek() == Some(b']')
                }
                _ => self.scalar().map(|()| true)?,
            };
            if closes && self.closed(nesting)? {
                return Ok(());
            }
        }
    }

    /// What follows a value: ends of what it stands in, up to a comma; true when all has ended.
    fn closed(&mut self, nesting: &mut Nesting) -> Result<bool, Malformed> {
        loop {
            let next = self.peek().ok_or(Malformed)?;
            self.at += 1;
            match next {
                b',' if nesting.in_object() => return self.key().map(|_| false),
                b',' => return Ok(false),
                b'}' if nesting.in_object() => {}
                b']' if !nesting.in_object() => {}
                _ => return Err(Malformed),
            }
            if nesting.leave() == 0 {
                return Ok(true);
            }
        }
    }

    fn key(&mut self) -> Result<Raw<'a>, Malformed> {
        self.peek();
        let start = self.at;
        self.string()?;
        let key = Raw { text: self.slice(start), start, depth: 0 };
        self.expect(b':')?;
        Ok(key)
    }

    fn scalar(&mut self) -> Result<(), Malformed> {
        match self.peek().ok_or(Malformed)? {
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => Err(Malformed),
        }
    }

    fn string(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return Err(Malformed);
        }
        self.at += 1;
        loop {
            self.at += run(bytes.get(self.at..).unwrap_or_default());
            let byte = *bytes.get(self.at).ok_or(Malformed)?;
            self.at += 1;
            match byte {
                b'"' => return Ok(()),
                b'\\' => self.escape()?,
                0..0x20 => return Err(Malformed),
                _ => {}
            }
        }
    }

    /// What follows a backslash. Whether surrogates come in pairs is for whoever reads the string.
    fn escape(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        let byte = *bytes.get(self.at).ok_or(Malformed)?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                let digits = bytes.get(self.at..self.at + 4).ok_or(Malformed)?;
                self.at += 4;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(()).ok_or(Malformed)
            }
            _ => Err(Malformed),
        }
    }

    fn number(&mut self) -> Result<(), Malformed> {
        let byte = |at: usize| self.text.as_bytes().get(at).copied().unwrap_or_default();
        let digits = |from: usize| {
            let mut at = from;
            while byte(at).is_ascii_digit() {
                at += 1;
            }
            (at > from).then_some(at).ok_or(Malformed)
        };
        let mut at = self.at + usize::from(byte(self.at) == b'-');
        at = if byte(at) == b'0' { at + 1 } else { digits(at)? };
        if byte(at) == b'.' {
            at = digits(at + 1)?;
        }
        if let b'e' | b'E' = byte(at) {
            at = digits(at + 1 + usize::from(matches!(byte(at + 1), b'+' | b'-')))?;
        }
        self.at = at;
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<(), Malformed> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Malformed);
        }
        self.at += word.len();
        Ok(())
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        self.take(byte).then_some(()).ok_or(Malformed)
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn slice(&self, start: usize) -> &'a str {
        // Values begin and end at ASCII characters.
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// How many bytes of a string can be gone over at once, because none of them is special.
fn run(bytes: &[u8]) -> usize {
    /// So few bytes are not worth looking for more of them together.
    const SHORT: usize = 64;
    let mut at = 0;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let plain = plain(u64::from_le_bytes(*eight));
        at += plain;
        if plain < 8 {
            break;
        }
        if at == SHORT {
            at += plain_blocks(&bytes[at..], |byte| (byte < 0x20) | (byte == b'"') | (byte == b'\\'));
        }
    }
    at
}

/// How many of eight bytes of a string stand before the first quote, backslash or control character.
fn plain(eight: u64) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES << 7;
    // A borrow marks bytes that are none of these, but only above one that is.
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(ONES * u64::from(limit)) & !bytes & HIGH;
    let quote = below(eight ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(eight ^ (ONES * u64::from(b'\\')), 1);
    ((quote | backslash | below(eight, 0x20)).trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Result<Raw<'_>, Malformed> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value()?;
        scanner.end().map(|()| value)
    }

    #[test]
    fn what_is_json_is_told_from_what_is_not() {
        let texts = [
            "null",
            "true",
            "false",
            "0",
            "-0",
            "-0.5e+7",
            "1E9",
            "10",
            "[]",
            "{}",
            " [ 1 , [ ] , { } ] ",
            "\"\"",
            "\"é☃𝄞\"",
            "\"\\u00e9\\n\\/\\\\\"",
            "{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":2}",
            "\"\\ud800\"",
            "\"seven c\"",
            "\"eight ch\"",
            "\"nine char\"",
            "\"a \\\"quoted\\\" one\"",
            "",
            " ",
            "nul",
            "nulll",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "[",
            "]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\":1]",
            "[1}",
            "\"",
            "\"\\\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u12",
            "\"a\nb\"",
            "\"long enough \u{1f} to see\"",
            "1 2",
            "[]]",
            "'a'",
            "NaN",
            "\u{feff}1",
            "{\"a\":1 \"b\":2}",
            "[[[]]",
            "{\"a\":[}",
            "tru",
            "\"\u{7f}\"",
            "\u{a0}1",
        ];
        for text in texts {
            let reference = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            assert_eq!(whole(text).is_ok(), reference, "{text:?}");
        }
    }

    #[test]
    fn every_cut_of_a_text_is_malformed_and_every_changed_byte_is_judged_as_serde_json_does() {
        let text = r#"{"a": [1, -2.5e3, "x\u0041\"y é", {"b": null}], "c": {"d": [true, false, {}]}}"#;
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            assert_eq!(whole(&text[..cut]).err(), Some(Malformed), "{cut}");
        }
        for at in 0..text.len() {
            for byte in *b"\"\\{}[],:0-.ex \x01" {
                let mut changed = text.as_bytes().to_vec();
                changed[at] = byte;
                let Ok(changed) = String::from_utf8(changed) else { continue };
                let reference = serde_json::from_str::<serde::de::IgnoredAny>(&changed).is_ok();
                assert_eq!(whole(&changed).is_ok(), reference, "{changed}");
            }
        }
    }

    #[test]
    fn long_strings_are_judged_as_short_ones_are() {
        for length in 0..200 {
            for end in ["\"", "\\n\"", "\n\"", "\\x\"", "\"\"", "\u{1f}\"", "\u{e9}\"", ""] {
                let text = format!("\"{}{end}", "a".repeat(length));
                let reference = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
                assert_eq!(whole(&text).is_ok(), reference, "{length} {end:?}");
            }
        }
    }

    #[test]
    fn values_are_slices_of_the_text() {
        let value = whole("  [1, {\"a\": [2]}]\n").unwrap();
        assert_eq!((value.text, value.range(), value.depth), ("[1, {\"a\": [2]}]", 2..17, 3));
        assert_eq!(whole("7").unwrap().depth, 0);
    }

    #[test]
    fn any_depth_is_followed() {
        for depth in [127, 128, 129, 256, 257, 100_000] {
            let text = "[{\"a\":".repeat(depth / 2) + "1" + &"}]".repeat(depth / 2);
            assert_eq!(whole(&text).unwrap().depth, depth / 2 * 2);
            assert!(whole(&text[..text.len() - 1]).is_err());
            assert!(whole(&format!("{}}}", &text[..text.len() - 1])).is_err(), "{depth}");
        }
    }

    #[test]
    fn strings_are_borrowed_unless_they_are_escaped() {
        let string = |text| whole(text).unwrap().string();
        assert!(matches!(string("\"plain é\""), Some(Cow::Borrowed("plain é"))));
        assert_eq!(string("\"\\u0061\\n\"").unwrap(), "a\n");
        assert_eq!(string("\"\\ud834\\udd1e\"").unwrap(), "𝄞");
        assert_eq!((string("\"\\ud834\""), string("7")), (None, None));
    }
}
