//! The parameters of a call, as a sequence.

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::Parser;
use crate::codec::xml::XmlError;
use crate::codec::xml::lexer::Tag;

/// Reads `<params>…</params>`, or nothing at all for a call without arguments, as a sequence of values. The
/// `<value>` of an array is read too: so the arguments stand in an entry of `system.multicall`.
///
/// All parameters must be taken, or the visitor fails; no bytes may follow.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::ParamsReader;
/// # use serde::Deserialize;
/// let params = b"<params><param><value><i4>2</i4></value></param><param><value>b</value></param></params>";
/// let arguments = <(i64, String)>::deserialize(ParamsReader::new(params)?)?;
/// assert_eq!(arguments, (2, "b".to_owned()));
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub struct ParamsReader<'de>(Parser<'de>);

impl<'de> ParamsReader<'de> {
    /// A reader of these bytes.
    ///
    /// # Errors
    /// When they are not UTF-8.
    pub fn new(input: &'de [u8]) -> Result<Self, XmlError> {
        Parser::new(input, true).map(Self)
    }
}

impl<'de> Deserializer<'de> for ParamsReader<'de> {
    type Error = XmlError;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, XmlError> {
        let parser = &mut self.0;
        if parser.lexer.sees_start(Tag::Value) {
            let value = parser.deserialize_seq(visitor)?;
            return parser.finish().map(|()| value);
        }
        let present = !parser.lexer.rest().is_empty();
        if present {
            parser.lexer.open(Tag::Params)?;
        }
        let mut params = Params { parser, present };
        let value = visitor.visit_seq(&mut params)?;
        if params.opens()? {
            return Err(XmlError::data("more parameters than expected").at(params.parser.lexer.pos()));
        }
        if present {
            parser.lexer.close(Tag::Params)?;
        }
        parser.finish()?;
        Ok(value)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Params<'a, 'de> {
    parser: &'a mut Parser<'de>,
    present: bool,
}

impl Params<'_, '_> {
    fn opens(&mut self) -> Result<bool, XmlError> {
        Ok(self.present && self.parser.lexer.opens(Tag::Param, Tag::Params)?)
    }
}

impl<'de> SeqAccess<'de> for &mut Params<'_, 'de> {
    type Error = XmlError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, XmlError> {
        if !self.opens()? {
            return Ok(None);
        }
        self.parser.lexer.open(Tag::Param)?;
        let value = seed.deserialize(&mut *self.parser)?;
        self.parser.lexer.close(Tag::Param)?;
        Ok(Some(value))
    }
}
