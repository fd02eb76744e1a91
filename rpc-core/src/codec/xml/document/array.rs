//! Arrays whose items are read one by one: where each ends.

use std::ops::Range;

use crate::codec::xml::XmlError;
use crate::codec::xml::de::{Parser, Positions};

/// The items of an array, as places in the input. They have been held to XML's rules, but not been read.
#[derive(Debug, Default)]
pub struct Array {
    start: usize,
    ends: std::vec::IntoIter<usize>,
}

impl Array {
    /// Takes the items of the array that begins here.
    pub(super) fn take(parser: &mut Parser<'_>) -> Result<Array, XmlError> {
        parser.open_array()?;
        let (mut start, mut ends) = (None, Vec::new());
        while parser.more_items()? {
            let item = parser.skip_value()?;
            start.get_or_insert(item.start);
            ends.push(item.end);
        }
        parser.end_array()?;
        Ok(Array { start: start.unwrap_or_default(), ends: ends.into_iter() })
    }
}

impl Iterator for Array {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let end = self.ends.next()?;
        let start = std::mem::replace(&mut self.start, end);
        Some(start..end)
    }
}

/// Finds the items of a `<value>` that is an array.
///
/// # Errors
/// What is not such a value.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::{parse_array, read_value};
/// let value = b"<value><array><data><value><i4>1</i4></value> <value><i4>2</i4></value></data></array></value>";
/// let items: Vec<i32> = parse_array(value)?.map(|item| read_value(&value[item])).collect::<Result<_, _>>()?;
/// assert_eq!(items, [1, 2]);
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub fn parse_array(value: &[u8]) -> Result<Array, XmlError> {
    let mut parser = Parser::new(value, true)?;
    let array = Array::take(&mut parser)?;
    parser.finish()?;
    Ok(array)
}

/// Finds the items of a stream, which is the one argument in these `params`, an array; no argument has no items.
///
/// # Errors
/// What is not one array.
pub fn parse_stream_argument(params: &[u8]) -> Result<Array, XmlError> {
    let mut positions = Positions::new(params)?;
    let array = match positions.next()? {
        Some(parser) => Array::take(parser)?,
        None => Array::default(),
    };
    positions.end(1)?;
    Ok(array)
}
