//! The calls of a cursor: `system.stream.open`, `next` and `close`. Described in `docs/protocols/xmlrpc.md`.

use std::borrow::Cow;

use super::{Array, CALL_TAIL, Call, write_call_head};
use crate::codec::xml::XmlError;
use crate::codec::xml::de::{Parser, Positions};
use crate::codec::xml::ser::push_text;

/// Reads the `params` of an `open`, but for the arguments of the method: these stay an array, which
/// [`ParamsReader`](crate::codec::xml::ParamsReader) reads too.
///
/// # Errors
/// What is not a method's name and an array.
pub fn parse_open(params: &[u8]) -> Result<Call<'_>, XmlError> {
    let mut positions = Positions::new(params)?;
    let method = positions.required("method")?.text()?;
    let args = match positions.next()? {
        Some(parser) => parser.skip_value()?,
        None => 0..0,
    };
    positions.end(2)?;
    Ok(Call { method, params: args })
}

/// Reads the `params` of a `next`: the id, and how many items there may be at most.
///
/// # Errors
/// What is not a string and an integer.
pub fn parse_next(params: &[u8]) -> Result<(Cow<'_, str>, i64), XmlError> {
    let mut positions = Positions::new(params)?;
    let id = positions.required("id")?.text()?;
    let max = positions.required("max")?.integer()?;
    positions.end(2)?;
    Ok((id, max))
}

/// Reads the `params` of a `close`: the id.
///
/// # Errors
/// What is not a string.
pub fn parse_id(params: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    let mut positions = Positions::new(params)?;
    let id = positions.required("id")?.text()?;
    positions.end(1)?;
    Ok(id)
}

/// What a `next` answers.
#[derive(Debug)]
pub struct Batch {
    /// Items, as places in the input.
    pub items: Array,
    /// Whether these were the last.
    pub done: bool,
}

/// Reads the `<value>` that a `next` answers.
///
/// # Errors
/// What is not a struct of `items` and `done`; other members are ignored.
pub fn parse_batch(value: &[u8]) -> Result<Batch, XmlError> {
    let mut parser = Parser::new(value, true)?;
    parser.open_struct()?;
    let (mut items, mut done) = (None, None);
    while let Some(name) = parser.next_name()? {
        match &*name {
            "items" => items = Some(Array::take(&mut parser)?),
            "done" => done = Some(parser.boolean()?),
            _ => {
                parser.skip_value()?;
            }
        }
        parser.end_member()?;
    }
    parser.end_struct()?;
    parser.finish()?;
    let missing = |name| XmlError::data(format!("missing field `{name}`"));
    Ok(Batch { items: items.ok_or_else(|| missing("items"))?, done: done.ok_or_else(|| missing("done"))? })
}

/// Appends the call that opens a cursor on `method`, with the arguments of these `params`.
///
/// # Errors
/// A name with a character that XML lacks; `params` that are none.
pub fn write_open(method: &str, params: &[u8], out: &mut Vec<u8>) -> Result<(), XmlError> {
    write_call_head("system.stream.open", out)?;
    out.extend_from_slice(b"<params><param><value><string>");
    push_text(method, out)?;
    out.extend_from_slice(b"</string></value></param><param><value><array><data>");
    let mut positions = Positions::new(params)?;
    let mut count = 0;
    while let Some(parser) = positions.next()? {
        let value = parser.skip_value()?;
        out.extend_from_slice(params.get(value).unwrap_or_default());
        count += 1;
    }
    positions.end(count)?;
    out.extend_from_slice(b"</data></array></value></param></params>");
    out.extend_from_slice(CALL_TAIL);
    Ok(())
}

/// Appends the call that asks for at most `max` items.
///
/// # Errors
/// An id with a character that XML lacks.
pub fn write_next(id: &str, max: u32, out: &mut Vec<u8>) -> Result<(), XmlError> {
    write_call_head("system.stream.next", out)?;
    out.extend_from_slice(b"<params><param><value><string>");
    push_text(id, out)?;
    out.extend_from_slice(b"</string></value></param><param><value><int>");
    out.extend_from_slice(max.to_string().as_bytes());
    out.extend_from_slice(b"</int></value></param></params>");
    out.extend_from_slice(CALL_TAIL);
    Ok(())
}

/// Appends the call that closes a cursor.
///
/// # Errors
/// An id with a character that XML lacks.
pub fn write_close(id: &str, out: &mut Vec<u8>) -> Result<(), XmlError> {
    write_call_head("system.stream.close", out)?;
    out.extend_from_slice(b"<params><param><value><string>");
    push_text(id, out)?;
    out.extend_from_slice(b"</string></value></param></params>");
    out.extend_from_slice(CALL_TAIL);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::xml::{parse_call, parse_stream_argument, read_value};

    fn texts<'a>(input: &'a [u8], items: Array) -> Vec<Cow<'a, str>> {
        items.map(|item| String::from_utf8_lossy(&input[item])).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let params = b"<params><param><value><int>7</int></value></param> <param><value/></param></params>";
        let mut out = Vec::new();
        write_open("a & b", params, &mut out).unwrap();
        let call = parse_call(&out).unwrap();
        assert_eq!(call.method, "system.stream.open");
        let params = &out[call.params];
        let opened = parse_open(params).unwrap();
        assert_eq!(opened.method, "a & b");
        let args = "<value><array><data><value><int>7</int></value><value/></data></array></value>";
        assert_eq!(std::str::from_utf8(&params[opened.params]).unwrap(), args);

        let mut out = Vec::new();
        write_next("x", 9, &mut out).unwrap();
        assert_eq!(parse_next(&out[parse_call(&out).unwrap().params]).unwrap(), ("x".into(), 9));
        let mut out = Vec::new();
        write_close("<", &mut out).unwrap();
        assert_eq!(parse_id(&out[parse_call(&out).unwrap().params]).unwrap(), "<");
    }

    #[test]
    fn a_batch_is_a_struct_of_two() {
        let value = b"<value><struct><member><name>done</name><value><boolean>1</boolean></value></member>\
            <member><name>more</name><value>x</value></member><member><name>items</name>\
            <value><array><data><!-- a --><value>a</value>\n<value><i4>2</i4></value></data></array></value>\
            </member></struct></value>";
        let batch = parse_batch(value).unwrap();
        assert!(batch.done);
        let items: Vec<_> = batch.items.map(|item| &value[item]).collect();
        assert_eq!(
            (read_value::<String>(items[0]).unwrap(), read_value::<u8>(items[1]).unwrap()),
            ("a".into(), 2)
        );
        let error = parse_batch(b"<value><struct></struct></value>").unwrap_err();
        assert_eq!(error.message(), "missing field `items`");
    }

    #[test]
    fn a_stream_is_one_array_among_params_or_in_an_array() {
        let array = "<value><array><data><value>a</value><value>b</value></data></array></value>";
        for params in [
            format!("<params><param>{array}</param></params>"),
            format!("<params>\n <param >{array}</param>\n</params>"),
            format!("<value><array><data>{array}</data></array></value>"),
        ] {
            let items = parse_stream_argument(params.as_bytes()).unwrap();
            assert_eq!(texts(params.as_bytes(), items), ["<value>a</value>", "<value>b</value>"], "{params}");
        }
        for none in ["", "<params/>", "<params></params>", "<value><array><data/></array></value>"] {
            assert_eq!(parse_stream_argument(none.as_bytes()).unwrap().count(), 0, "{none}");
        }
    }

    #[test]
    fn what_is_not_one_array_is_refused() {
        let why = |params: &str| parse_stream_argument(params.as_bytes()).unwrap_err().message().to_owned();
        let param = |value: &str| format!("<param><value>{value}</value></param>");
        let none = "<array><data></data></array>";
        assert_eq!(why(&format!("<params>{}</params>", param("x"))), "expected an array, found a string");
        let two = format!("<params>{}{}</params>", param(none), param(none));
        assert_eq!(why(&two), "the method takes 1 value, not more");
        assert!(parse_stream_argument(b"<params><param>").is_err());
        assert!(parse_stream_argument(b"<params></params>x").is_err());
        assert_eq!(parse_next(b"").unwrap_err().message(), "id: missing");
        let id = format!("<params>{}</params>", param("x"));
        assert_eq!(parse_next(id.as_bytes()).unwrap_err().message(), "max: missing");
    }
}
