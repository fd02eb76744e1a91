//! The parameters of a call.

use serde::Serialize;
use serde::ser::SerializeSeq;

use super::Writer;
use crate::codec::xml::{Dialect, XmlError};

/// Appends `<params>…</params>`, one value after the other.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::{Dialect, ParamsWriter};
/// use serde::ser::SerializeSeq;
/// let mut out = Vec::new();
/// let mut params = ParamsWriter::new(&mut out, Dialect::default());
/// params.serialize_element(&true)?;
/// params.end()?;
/// assert_eq!(out, b"<params><param><value><boolean>1</boolean></value></param></params>");
/// # Ok::<(), polyrpc_core::codec::xml::XmlError>(())
/// ```
pub struct ParamsWriter<'a>(Writer<'a>);

impl<'a> ParamsWriter<'a> {
    /// Begins; [`end`](SerializeSeq::end) must be called at the last.
    pub fn new(out: &'a mut Vec<u8>, dialect: Dialect) -> Self {
        let mut writer = Writer { out, dialect, depth: 0 };
        writer.push("<params>");
        Self(writer)
    }
}

impl SerializeSeq for ParamsWriter<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        self.0.push("<param>");
        value.serialize(&mut self.0)?;
        self.0.push("</param>");
        Ok(())
    }

    fn end(mut self) -> Result<(), XmlError> {
        self.0.push("</params>");
        Ok(())
    }
}
