//! `<methodResponse>`.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::call::element;
use super::{declaration, prolog};
use crate::codec::xml::lexer::{Element, Lexer, Tag};
use crate::codec::xml::ser::push_lossy;
use crate::codec::xml::{XmlError, read_value};

/// What came back from a call.
#[derive(Debug, PartialEq, Eq)]
pub enum Response {
    /// Where the result's `<value>` stands in the input; not checked,
    /// [`read_value`] does it.
    Value(Range<usize>),
    /// The method failed.
    Fault {
        /// `faultCode`.
        code: i64,
        /// `faultString`.
        message: String,
    },
}

/// Finds the parts of a `<methodResponse>` document.
///
/// # Errors
/// What is not such a document, or has not exactly one parameter. A malformed result may be left to its reader.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::{Response, parse_response, read_value};
/// let document = b"<methodResponse><params><param><value><int>3</int></value></param></params></methodResponse>";
/// let Response::Value(range) = parse_response(document)? else { unreachable!() };
/// assert_eq!(read_value::<u8>(&document[range])?, 3);
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub fn parse_response(input: &[u8]) -> Result<Response, XmlError> {
    let mut lexer = prolog::open(input)?;
    lexer.open(Tag::MethodResponse)?;
    let response = if lexer.eat(Tag::Params.start(), 1, 0) {
        result(&mut lexer)?
    } else {
        match lexer.element()? {
            Some((Element::Plain(Tag::Params), _)) => result(&mut lexer)?,
            Some((Element::Plain(Tag::Fault), _)) => fault(&mut lexer, input)?,
            _ => return Err(lexer.error("expected <params> or <fault>")),
        }
    };
    lexer.close(Tag::MethodResponse)?;
    lexer.finish()?;
    Ok(response)
}

fn result(lexer: &mut Lexer<'_>) -> Result<Response, XmlError> {
    lexer.open(Tag::Param)?;
    let tail = ["</value>", "</param>", "</params>", "</methodResponse>"];
    let value = element(lexer, Tag::Value, &tail)?;
    lexer.close(Tag::Param)?;
    lexer.close(Tag::Params)?;
    Ok(Response::Value(value))
}

fn fault(lexer: &mut Lexer<'_>, input: &[u8]) -> Result<Response, XmlError> {
    let range = element(lexer, Tag::Value, &["</value>", "</fault>", "</methodResponse>"])?;
    let Fault { code, message } = read_value(&input[range])?;
    lexer.close(Tag::Fault)?;
    Ok(Response::Fault { code, message })
}

/// The struct inside `<fault>`; members beside the two are ignored.
struct Fault {
    code: i64,
    message: String,
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FaultVisitor)
    }
}

struct FaultVisitor;

impl<'de> Visitor<'de> for FaultVisitor {
    type Value = Fault;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fault, A::Error> {
        let (mut code, mut message) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            match &*name {
                "faultCode" => code = Some(map.next_value()?),
                "faultString" => message = Some(map.next_value()?),
                _ => map.next_value::<IgnoredAny>().map(|_| ())?,
            }
        }
        let code = code.ok_or_else(|| A::Error::missing_field("faultCode"))?;
        let message = message.ok_or_else(|| A::Error::missing_field("faultString"))?;
        Ok(Fault { code, message })
    }
}

/// What stands before the `<value>` of a result.
pub const RESPONSE_HEAD: &[u8] = declaration!("<methodResponse><params><param>").as_bytes();

/// What stands behind the `<value>` of a result.
pub const RESPONSE_TAIL: &[u8] = b"</param></params></methodResponse>";

/// Appends a whole response that reports a failure. Characters that XML lacks become U+FFFD: a report of a failure
/// must not fail.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::{Response, parse_response, write_fault};
/// let mut out = Vec::new();
/// write_fault(-32005, "no order 7", &mut out);
/// assert_eq!(parse_response(&out)?, Response::Fault { code: -32005, message: "no order 7".into() });
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub fn write_fault(code: i32, message: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(declaration!("<methodResponse><fault>").as_bytes());
    write_fault_value(code, message, out);
    out.extend_from_slice(b"</fault></methodResponse>");
}

/// Appends the `<value>` of a fault alone, as `system.multicall` answers it.
pub fn write_fault_value(code: i32, message: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<value><struct><member><name>faultCode</name><value><int>");
    out.extend_from_slice(code.to_string().as_bytes());
    out.extend_from_slice(b"</int></value></member><member><name>faultString</name><value><string>");
    push_lossy(message, out);
    out.extend_from_slice(b"</string></value></member></struct></value>");
}
