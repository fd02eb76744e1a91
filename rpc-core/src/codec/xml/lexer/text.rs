//! Character data.

use std::borrow::Cow;

use super::markup::Markup;
use super::{Lexer, chars};
use crate::codec::xml::XmlError;

impl<'de> Lexer<'de> {
    /// The text up to the next tag, which is not taken. Comments and processing instructions in it are left out,
    /// references and CDATA sections resolved, ends of lines made `\n` (XML 1.0, section 2.11).
    ///
    /// Borrowed from the input when it stands there in one piece.
    #[inline]
    pub(in crate::codec::xml) fn text(&mut self) -> Result<Cow<'de, str>, XmlError> {
        if self.literals {
            let bytes = self.input.as_bytes();
            let end = chars::plain_to_read(bytes, self.pos);
            if let Some([b'<', next, ..]) = bytes.get(end..)
                && !matches!(next, b'!' | b'?')
            {
                let text = &self.input[self.pos..end];
                self.pos = end;
                return Ok(Cow::Borrowed(text));
            }
        }
        self.text_slow()
    }

    #[cold]
    #[inline(never)]
    fn text_slow(&mut self) -> Result<Cow<'de, str>, XmlError> {
        let mut text = Cow::Borrowed("");
        if self.closing.is_some() {
            return Ok(text);
        }
        loop {
            let rest = self.rest();
            match rest.as_bytes() {
                [] => return Err(self.error("unexpected end of the document")),
                [b'<', b'!' | b'?', ..] => {
                    let (markup, end) = self.markup()?;
                    if let Markup::Cdata(section) = markup {
                        self.section(&mut text, section)?;
                    }
                    self.pos = end;
                }
                [b'<', ..] => return Ok(text),
                [b'&', ..] => {
                    let (c, length) = chars::reference(rest).ok_or_else(|| self.unknown_reference())?;
                    text.to_mut().push(c);
                    self.pos += length;
                }
                [b']', b']', b'>', ..] => return Err(self.error("`]]>` outside a CDATA section")),
                _ => self.pos += self.piece(&mut text, rest)?,
            }
        }
    }

    /// Appends what a CDATA section holds.
    fn section(&self, text: &mut Cow<'de, str>, section: &'de str) -> Result<(), XmlError> {
        let mut done = 0;
        while done < section.len() {
            done += match section.as_bytes()[done] {
                // no markup here
                b'<' | b'&' => {
                    append(text, &section[done..done + 1]);
                    1
                }
                _ => self.piece(text, &section[done..])?,
            };
        }
        Ok(())
    }

    /// Appends a run of plain text, or the end of a line before it; gives the bytes gone over.
    fn piece(&self, text: &mut Cow<'de, str>, rest: &'de str) -> Result<usize, XmlError> {
        let plain = chars::plain_to_read(rest.as_bytes(), 0);
        if plain > 0 {
            append(text, &rest[..plain]);
            return Ok(plain);
        }
        match rest.chars().next().unwrap_or_default() {
            '\r' => {
                append(text, "\n");
                Ok(if rest.starts_with("\r\n") { 2 } else { 1 })
            }
            c => Err(self.error(format!("XML has no character U+{:04X}", u32::from(c)))),
        }
    }

    fn unknown_reference(&self) -> XmlError {
        let name: String = self.rest().chars().take_while(|&c| c != ';' && c != '<').take(16).collect();
        self.error(format!("unknown reference {name};"))
    }
}

/// Appends without a copy as long as there is one piece alone.
fn append<'de>(text: &mut Cow<'de, str>, piece: &'de str) {
    if text.is_empty() {
        *text = Cow::Borrowed(piece);
    } else {
        text.to_mut().push_str(piece);
    }
}
