//! What may stand before the root element.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::codec::xml::XmlError;
use crate::codec::xml::lexer::Lexer;

/// A lexer behind the byte order mark and the XML declaration, which may both be missing. Of encodings UTF-8 and
/// US-ASCII, its subset, are read.
pub(super) fn open(input: &[u8]) -> Result<Lexer<'_>, XmlError> {
    let mut lexer = Lexer::new(input, true).map_err(|error| foreign_encoding(input).unwrap_or(error))?;
    if lexer.rest().starts_with('\u{feff}') {
        lexer.advance('\u{feff}'.len_utf8());
    }
    // a processing instruction may have a name that only begins with xml
    if !lexer.rest().starts_with("<?xml") || lexer.rest().starts_with("<?xml-") {
        return Ok(lexer);
    }
    let mut reader = Reader::from_str(lexer.rest());
    let event = reader.read_event();
    let Ok(Event::Decl(declaration)) = event else {
        return Err(lexer.error("a malformed XML declaration"));
    };
    if let Some(encoding) = declaration.encoding() {
        let encoding = encoding.map_err(|_| lexer.error("a malformed XML declaration"))?;
        check_encoding(&encoding, input).map_err(|message| lexer.error(message))?;
    }
    lexer.advance(reader.buffer_position() as usize);
    Ok(lexer)
}

fn check_encoding(encoding: &str, input: &[u8]) -> Result<(), String> {
    if encoding.eq_ignore_ascii_case("utf-8") {
        Ok(())
    } else if !encoding.eq_ignore_ascii_case("us-ascii") {
        Err(format!("the encoding {encoding} is not supported, only utf-8 and us-ascii are"))
    } else if input.is_ascii() {
        Ok(())
    } else {
        Err("a character that us-ascii, the declared encoding, lacks".to_owned())
    }
}

/// Bytes that are not UTF-8 because they say to be something else.
fn foreign_encoding(input: &[u8]) -> Option<XmlError> {
    if input.starts_with(&[0xFE, 0xFF]) || input.starts_with(&[0xFF, 0xFE]) {
        return Some(XmlError::syntax(
            0,
            "the encoding UTF-16 is not supported, only utf-8 and us-ascii are",
        ));
    }
    let declaration = &input[..input.iter().position(|&byte| byte == b'>')? + 1];
    // A declaration is ASCII. Bytes that are not must not be opened: that would come back here.
    declaration.is_ascii().then(|| open(declaration).err()).flatten()
}
