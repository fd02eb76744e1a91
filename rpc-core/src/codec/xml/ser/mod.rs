//! Writing: a serde data format that appends XML-RPC to the caller's buffer.

mod compound;
mod key;
mod native;
mod params;
mod scalar;
mod value;

pub use params::ParamsWriter;
pub(super) use scalar::{push_lossy, push_text};

use serde::Serialize;

use super::{Dialect, XmlError};

/// Where values are written to, and in which dialect.
struct Writer<'a> {
    out: &'a mut Vec<u8>,
    dialect: Dialect,
    /// Values that are open.
    depth: usize,
}

/// Appends `<value>…</value>`. After an error the buffer may hold part of it.
///
/// # Errors
/// What XML-RPC or the dialect cannot express: integers beyond `i64`, NaN and infinities, characters that XML 1.0
/// lacks, times outside the years 1 to 9999, values nested deeper than 128.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::{Dialect, write_value};
/// let mut out = Vec::new();
/// write_value(&("a & b", 7), &mut out, Dialect::default())?;
/// assert_eq!(
///     String::from_utf8_lossy(&out),
///     "<value><array><data><value><string>a &amp; b</string></value><value><int>7</int></value></data></array></value>",
/// );
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub fn write_value<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
    dialect: Dialect,
) -> Result<(), XmlError> {
    value.serialize(&mut Writer { out, dialect, depth: 0 })
}
