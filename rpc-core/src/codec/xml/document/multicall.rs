//! `system.multicall`: many calls in one array
//! (<https://web.archive.org/web/20060624230303/http://www.xmlrpc.com/discuss/msgReader$1208?mode=topic>).

use std::ops::Range;

use super::Call;
use crate::codec::xml::XmlError;
use crate::codec::xml::de::Parser;
use crate::codec::xml::lexer::{Lexer, Tag};

/// What stands before the results.
pub const MULTICALL_HEAD: &[u8] = b"<value><array><data>";
/// What stands behind the results.
pub const MULTICALL_TAIL: &[u8] = b"</data></array></value>";
/// What stands before a result: each is an array of one value, so that a struct that is a result is no fault.
pub const RESULT_HEAD: &[u8] = MULTICALL_HEAD;
/// What stands behind a result.
pub const RESULT_TAIL: &[u8] = MULTICALL_TAIL;

/// Finds the entries in the `<params>` of a multicall. They have been held to XML's rules, but not been read:
/// [`parse_entry`] does it. At most `limit` of them are taken, and one more if there are more.
///
/// # Errors
/// What is not a single array.
pub fn parse_multicall(params: &[u8], limit: usize) -> Result<Vec<Range<usize>>, XmlError> {
    let mut lexer = Lexer::new(params, true)?;
    if lexer.rest().is_empty() {
        return Err(XmlError::data("missing field `calls`"));
    }
    for tag in [Tag::Params, Tag::Param, Tag::Value, Tag::Array, Tag::Data] {
        lexer.open(tag)?;
    }
    let mut entries = Vec::new();
    while lexer.opens(Tag::Value, Tag::Data)? {
        if entries.len() > limit {
            return Ok(entries);
        }
        let start = lexer.pos();
        lexer.open(Tag::Value)?;
        lexer.skip_element(Tag::Value.name())?;
        entries.push(start..lexer.pos());
    }
    for tag in [Tag::Data, Tag::Array, Tag::Value, Tag::Param] {
        lexer.close(tag)?;
    }
    if lexer.opens(Tag::Param, Tag::Params)? {
        return Err(XmlError::data("system.multicall takes 1 value, not more"));
    }
    lexer.close(Tag::Params)?;
    lexer.finish()?;
    Ok(entries)
}

/// Reads one entry, a struct of `methodName` and `params`, but for its arguments: these stay an array, which
/// [`ParamsReader`](crate::codec::xml::ParamsReader) reads too.
///
/// # Errors
/// What is not such a struct.
pub fn parse_entry(entry: &[u8]) -> Result<Call<'_>, XmlError> {
    let mut parser = Parser::new(entry, true)?;
    parser.open_struct()?;
    let (mut method, mut params) = (None, None);
    while let Some(name) = parser.next_name()? {
        let twice = match &*name {
            "methodName" => method.replace(parser.text()?).is_some(),
            "params" => params.replace(parser.skip_value()?).is_some(),
            _ => {
                parser.skip_value()?;
                false
            }
        };
        if twice {
            return Err(XmlError::data(format!("the member {name} stands twice")));
        }
        parser.end_member()?;
    }
    parser.end_struct()?;
    parser.finish()?;
    let method = method.ok_or_else(|| XmlError::data("missing field `methodName`"))?;
    let params = params.ok_or_else(|| XmlError::data("missing field `params`"))?;
    Ok(Call { method, params })
}
