//! The general way: one tag after the other from quick-xml's reader.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Extension, Lexer, Tag, chars};
use crate::codec::xml::XmlError;

/// An element, by what XML-RPC knows it as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec::xml) enum Element {
    Plain(Tag),
    Extension(Extension),
    Unknown,
}

/// What begins with `<`.
pub(super) enum Markup<'de> {
    Start {
        element: Element,
        name: &'de str,
        empty: bool,
    },
    End {
        name: &'de str,
    },
    Cdata(&'de str),
    /// A comment or a processing instruction.
    Nothing,
}

impl<'de> Lexer<'de> {
    /// Reads the markup that begins here, and says where it ends. The lexer does not move.
    pub(super) fn markup(&mut self) -> Result<(Markup<'de>, usize), XmlError> {
        // what an earlier look at a start tag declared, and nobody took
        self.scope.leave(self.level);
        let mut reader = Reader::from_str(self.rest());
        let config = reader.config_mut();
        // a reader that begins in the middle knows no start tags; the parser above compares the names
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.check_comments = true;
        let event = reader.read_event().map_err(|error| self.error(format!("malformed XML: {error}")))?;
        let end = self.pos + reader.buffer_position() as usize;
        let markup = match event {
            Event::Start(start) => self.start(&start, false)?,
            Event::Empty(start) => self.start(&start, true)?,
            Event::End(tag) => Markup::End { name: self.name_at(2, tag.name().0) },
            Event::CData(_) => Markup::Cdata(&self.input[self.pos + "<![CDATA[".len()..end - "]]>".len()]),
            Event::Comment(_) => Markup::Nothing,
            Event::PI(_) => Markup::Nothing,
            Event::Decl(_) => return Err(self.error("an XML declaration inside the document")),
            Event::DocType(_) => return Err(self.error("a document type is not allowed")),
            Event::Text(_) | Event::GeneralRef(_) | Event::Eof => {
                return Err(self.error("malformed XML: a tag was expected"));
            }
        };
        Ok((markup, end))
    }

    fn start(
        &mut self,
        start: &quick_xml::events::BytesStart<'_>,
        empty: bool,
    ) -> Result<Markup<'de>, XmlError> {
        self.scope.enter(self.level + 1, start).map_err(|message| self.error(message))?;
        let name = self.name_at(1, start.name().0);
        let element = match name.split_once(':') {
            None => Tag::named(name).map(Element::Plain),
            Some((prefix, local)) if self.scope.means_extensions(prefix) => {
                Extension::named(local).map(Element::Extension)
            }
            Some(_) => None,
        };
        Ok(Markup::Start { element: element.unwrap_or(Element::Unknown), name, empty })
    }

    /// The name of a tag, as a slice of the input; `skip` bytes stand before it.
    fn name_at(&self, skip: usize, name: &str) -> &'de str {
        &self.input[self.pos + skip..self.pos + skip + name.len()]
    }

    /// Goes to the next tag, over white space, comments and processing instructions.
    pub(super) fn skip_blank(&mut self) -> Result<(), XmlError> {
        if self.closing.is_some() {
            return Ok(());
        }
        loop {
            let rest = self.rest();
            self.pos += rest.bytes().take_while(|&byte| chars::is_space(byte)).count();
            match self.rest().as_bytes() {
                [b'<', b'!' | b'?', ..] => match self.markup()? {
                    (Markup::Nothing, end) => self.pos = end,
                    _ => return Err(self.error("text where only tags may stand")),
                },
                [b'<', ..] | [] => return Ok(()),
                _ => return Err(self.error("text where only tags may stand")),
            }
        }
    }

    /// The next start tag, if it is not an end tag that follows. The lexer stands before it.
    fn peek_start(&mut self) -> Result<Option<(Element, &'de str, bool, usize)>, XmlError> {
        self.skip_blank()?;
        if self.closing.is_some() {
            return Ok(None);
        }
        if self.rest().is_empty() {
            return Err(self.error("unexpected end of the document"));
        }
        match self.markup()? {
            (Markup::Start { element, name, empty }, end) => Ok(Some((element, name, empty, end))),
            _ => Ok(None),
        }
    }

    /// Takes the next start tag, if it is not an end tag that follows; gives the name as written too.
    pub(in crate::codec::xml) fn element(&mut self) -> Result<Option<(Element, &'de str)>, XmlError> {
        let Some((element, name, empty, end)) = self.peek_start()? else { return Ok(None) };
        self.pos = end;
        self.level += 1;
        if empty {
            self.closing = Some(name);
            self.literals = false;
        }
        Ok(Some((element, name)))
    }

    #[cold]
    #[inline(never)]
    pub(super) fn open_slow(&mut self, tag: Tag) -> Result<(), XmlError> {
        let offset = self.pos;
        match self.element()? {
            Some((Element::Plain(found), _)) if found == tag => Ok(()),
            Some((_, found)) => {
                Err(XmlError::syntax(offset, format!("expected {}, found <{found}>", tag.start())))
            }
            None => Err(self.error(format!("expected {}, found an end tag", tag.start()))),
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn opens_slow(&mut self) -> Result<bool, XmlError> {
        Ok(self.peek_start()?.is_some())
    }

    /// Takes the end tag of this name, which must be spelled as its start tag was.
    #[cold]
    #[inline(never)]
    pub(in crate::codec::xml) fn close_named(&mut self, name: &str) -> Result<(), XmlError> {
        self.skip_blank()?;
        if self.closing.is_none() && self.rest().is_empty() {
            return Err(self.error("unexpected end of the document"));
        }
        match self.peek_end()? {
            (found, end) if found == name => self.take_end(end),
            (found, _) => return Err(self.error(format!("expected </{name}>, found </{found}>"))),
        }
        Ok(())
    }

    /// The name of the end tag that stands here, and where it ends.
    fn peek_end(&mut self) -> Result<(&'de str, usize), XmlError> {
        if let Some(name) = self.closing {
            return Ok((name, self.pos));
        }
        match self.markup()? {
            (Markup::End { name }, end) => Ok((name, end)),
            (Markup::Start { name, .. }, _) => {
                Err(self.error(format!("expected an end tag, found <{name}>")))
            }
            (Markup::Cdata(_) | Markup::Nothing, _) => Err(self.error("expected an end tag")),
        }
    }

    fn take_end(&mut self, end: usize) {
        self.pos = end;
        self.closing = None;
        self.literals = self.allow_literals;
        self.level -= 1;
        self.scope.leave(self.level);
    }

    /// Goes behind the end of the element of this name, whose start was just taken. What it holds need not be
    /// XML-RPC, but must be well-formed.
    pub(in crate::codec::xml) fn skip_element(&mut self, name: &'de str) -> Result<(), XmlError> {
        let mut open = vec![name];
        while let Some(innermost) = open.last() {
            self.text()?;
            match self.element()? {
                Some((_, name)) => open.push(name),
                None => {
                    self.close_named(innermost)?;
                    open.pop();
                }
            }
        }
        Ok(())
    }
}
