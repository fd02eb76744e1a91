//! Reading: XML-RPC's bytes as a serde data format.
//!
//! [`Parser`] knows XML-RPC and nothing of serde, so that it is compiled once; what depends on the visitor stands in
//! thin functions above it.

mod access;
mod enums;
mod key;
mod number;
mod params;
mod parser;
mod positions;
mod timestamp;
mod value;

pub use params::ParamsReader;
pub(super) use parser::Parser;
pub(super) use positions::Positions;

use serde::de::{Deserialize, DeserializeSeed};

use super::XmlError;

/// Reads one `<value>` element.
///
/// # Errors
/// Malformed input, a value of another type, or what `T` itself refuses.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::read_value;
/// let list: Vec<i32> = read_value(b"<value><array><data><value><int>1</int></value></data></array></value>")?;
/// assert_eq!(list, [1]);
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub fn read_value<'de, T: Deserialize<'de>>(input: &'de [u8]) -> Result<T, XmlError> {
    read_value_seed(std::marker::PhantomData, input)
}

/// Reads one `<value>` element by a seed.
///
/// # Errors
/// As [`read_value`].
pub fn read_value_seed<'de, S: DeserializeSeed<'de>>(
    seed: S,
    input: &'de [u8],
) -> Result<S::Value, XmlError> {
    let mut parser = Parser::new(input, true)?;
    let value = seed.deserialize(&mut parser)?;
    parser.finish()?;
    Ok(value)
}
