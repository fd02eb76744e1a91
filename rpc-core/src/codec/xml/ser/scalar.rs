//! Scalars, as bytes.

use std::io::Write;

use super::Writer;
use crate::codec::xml::lexer::chars::{is_char, plain_to_write};
use crate::codec::xml::{MAX_DEPTH, XmlError};
use crate::codec::{base64, datetime};

impl Writer<'_> {
    pub(super) fn push(&mut self, literal: &str) {
        self.out.extend_from_slice(literal.as_bytes());
    }

    /// Opens a value that holds others.
    pub(super) fn enter(&mut self, head: &str) -> Result<(), XmlError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        self.push(head);
        Ok(())
    }

    /// Closes what [`enter`](Self::enter) opened.
    pub(super) fn leave(&mut self, tail: &str) {
        self.depth -= 1;
        self.push(tail);
    }

    /// A scalar as deep as containers may be has one value too many.
    #[inline]
    fn check_depth(&self) -> Result<(), XmlError> {
        if self.depth == MAX_DEPTH { Err(too_deep()) } else { Ok(()) }
    }

    pub(super) fn bool(&mut self, value: bool) -> Result<(), XmlError> {
        self.check_depth()?;
        self.push(if value {
            "<value><boolean>1</boolean></value>"
        } else {
            "<value><boolean>0</boolean></value>"
        });
        Ok(())
    }

    pub(super) fn int(&mut self, value: i64) -> Result<(), XmlError> {
        self.check_depth()?;
        if i32::try_from(value).is_ok() {
            self.push("<value><int>");
            push_int(value, self.out);
            self.push("</int></value>");
        } else if self.dialect.i8 {
            self.push("<value><i8>");
            push_int(value, self.out);
            self.push("</i8></value>");
        } else {
            return Err(XmlError::unsupported(format!(
                "the integer {value} needs more than 32 bits, and the peer lacks i8"
            )));
        }
        Ok(())
    }

    /// As a plain decimal number with a point: the specification has no exponents.
    pub(super) fn double(&mut self, value: f64, text: impl std::fmt::Display) -> Result<(), XmlError> {
        self.check_depth()?;
        if !value.is_finite() {
            return Err(not_finite());
        }
        self.push("<value><double>");
        let start = self.out.len();
        write!(self.out, "{text}").map_err(|error| XmlError::unsupported(error.to_string()))?;
        if !self.out[start..].contains(&b'.') {
            self.push(".0");
        }
        self.push("</double></value>");
        Ok(())
    }

    pub(super) fn string(&mut self, text: &str) -> Result<(), XmlError> {
        self.check_depth()?;
        self.push("<value><string>");
        push_text(text, self.out)?;
        self.push("</string></value>");
        Ok(())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), XmlError> {
        self.check_depth()?;
        self.push("<value><base64>");
        base64::encode(bytes, self.out).map_err(|error| XmlError::unsupported(error.to_string()))?;
        self.push("</base64></value>");
        Ok(())
    }

    pub(super) fn nil(&mut self) -> Result<(), XmlError> {
        self.check_depth()?;
        self.push(if self.dialect.nil {
            "<value><nil/></value>"
        } else {
            "<value><string></string></value>"
        });
        Ok(())
    }

    pub(super) fn timestamp(&mut self, seconds: i64) -> Result<(), XmlError> {
        self.check_depth()?;
        self.push("<value><dateTime.iso8601>");
        if !datetime::write_iso8601(seconds, self.out) {
            return Err(XmlError::unsupported("a time outside the years 1 to 9999"));
        }
        self.push("</dateTime.iso8601></value>");
        Ok(())
    }
}

#[cold]
fn too_deep() -> XmlError {
    XmlError::unsupported(format!("values nested deeper than {MAX_DEPTH}"))
}

#[cold]
pub(super) fn not_finite() -> XmlError {
    XmlError::unsupported("XML-RPC has no NaN and no infinities")
}

/// Appends a text; characters that XML 1.0 lacks are refused.
pub(in crate::codec::xml) fn push_text(text: &str, out: &mut Vec<u8>) -> Result<(), XmlError> {
    escape(text, out, |c, _| {
        Err(XmlError::unsupported(format!("XML cannot carry the character U+{:04X}", u32::from(c))))
    })
}

/// Appends a text; characters that XML 1.0 lacks become U+FFFD.
pub(in crate::codec::xml) fn push_lossy(text: &str, out: &mut Vec<u8>) {
    let replaced = escape(text, out, |_, out| {
        out.extend_from_slice("\u{fffd}".as_bytes());
        Ok(())
    });
    debug_assert!(replaced.is_ok(), "nothing is refused");
}

fn escape(
    text: &str,
    out: &mut Vec<u8>,
    unknown: fn(char, &mut Vec<u8>) -> Result<(), XmlError>,
) -> Result<(), XmlError> {
    let mut rest = text;
    loop {
        let plain = plain_to_write(rest.as_bytes(), 0);
        out.extend_from_slice(&rest.as_bytes()[..plain]);
        rest = &rest[plain..];
        let Some(c) = rest.chars().next() else { return Ok(()) };
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            // as it is, a reader would make a line feed of it
            '\r' => out.extend_from_slice(b"&#13;"),
            c if is_char(c) => out.extend_from_slice(&rest.as_bytes()[..c.len_utf8()]),
            c => unknown(c, out)?,
        }
        rest = &rest[c.len_utf8()..];
    }
}

/// Appends the decimal digits of an integer.
fn push_int(value: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut left = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}
