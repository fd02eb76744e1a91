//! `<methodCall>`.

use std::borrow::Cow;
use std::ops::Range;

use super::{declaration, prolog};
use crate::codec::xml::XmlError;
use crate::codec::xml::lexer::chars::trim;
use crate::codec::xml::lexer::{Lexer, Tag};
use crate::codec::xml::ser::push_text;

/// A call, its arguments still encoded.
#[derive(Debug, PartialEq, Eq)]
pub struct Call<'de> {
    /// The method's name as the caller spelled it.
    pub method: Cow<'de, str>,
    /// Where `<params>…</params>` stands in the input; empty if it does not. What is inside has not been checked:
    /// [`ParamsReader`](crate::codec::xml::ParamsReader) does it.
    pub params: Range<usize>,
}

/// Finds the parts of a `<methodCall>` document.
///
/// # Errors
/// What is not such a document. Malformed arguments may be left to the reader of the arguments.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::parse_call;
/// let document = b"<methodCall><methodName>ping</methodName><params/></methodCall>";
/// let call = parse_call(document)?;
/// assert_eq!((&*call.method, &document[call.params]), ("ping", &b"<params/>"[..]));
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub fn parse_call(input: &[u8]) -> Result<Call<'_>, XmlError> {
    let mut lexer = prolog::open(input)?;
    lexer.open(Tag::MethodCall)?;
    lexer.open(Tag::MethodName)?;
    let method = lexer.text()?;
    lexer.close(Tag::MethodName)?;
    let method = match method {
        Cow::Borrowed(name) => Cow::Borrowed(trim(name)),
        Cow::Owned(name) => Cow::Owned(trim(&name).to_owned()),
    };
    if method.is_empty() {
        return Err(lexer.error("an empty method name"));
    }
    let params = if lexer.opens(Tag::Params, Tag::MethodCall)? {
        element(&mut lexer, Tag::Params, &["</params>", "</methodCall>"])?
    } else {
        lexer.pos()..lexer.pos()
    };
    lexer.close(Tag::MethodCall)?;
    lexer.finish()?;
    Ok(Call { method, params })
}

/// Where the element that begins here stands; the lexer goes behind it.
///
/// `tail` is its end tag, and those that end the document. When the document ends with just these, the end is found
/// from there, and nothing is read twice. That is safe: the one who reads the range refuses it unless it is a single
/// whole element, and then it cannot have ended anywhere else.
pub(super) fn element(lexer: &mut Lexer<'_>, tag: Tag, tail: &[&str]) -> Result<Range<usize>, XmlError> {
    let start = lexer.pos();
    let rest = lexer.rest();
    let mut end = rest;
    let mut found = lexer.sees(tag.start());
    for literal in tail.iter().skip(1).rev() {
        end = end.trim_end_matches([' ', '\t', '\n', '\r']);
        match end.strip_suffix(literal) {
            Some(before) => end = before,
            None => found = false,
        }
    }
    end = end.trim_end_matches([' ', '\t', '\n', '\r']);
    if found && end.ends_with(tail[0]) {
        lexer.advance(end.len());
    } else {
        lexer.open(tag)?;
        lexer.skip_element(tag.name())?;
    }
    Ok(start..lexer.pos())
}

/// Appends a call up to its `<params>`.
///
/// # Errors
/// A name with a character that XML lacks.
pub fn write_call_head(method: &str, out: &mut Vec<u8>) -> Result<(), XmlError> {
    out.extend_from_slice(declaration!("<methodCall><methodName>").as_bytes());
    push_text(method, out)?;
    out.extend_from_slice(b"</methodName>");
    Ok(())
}

/// What stands behind the `<params>` of a call.
pub const CALL_TAIL: &[u8] = b"</methodCall>";
