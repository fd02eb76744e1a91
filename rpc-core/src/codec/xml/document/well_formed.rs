//! Whether a document is XML at all: what tells a parse error from an invalid request.

use super::prolog;
use crate::codec::xml::XmlError;

/// Checks that a document is well-formed, whatever its elements are called: for a document that was refused, to
/// tell why.
///
/// # Errors
/// The first place that is not, a document type, and limits of the reader that are crossed.
///
/// # Examples
/// ```
/// # use polyrpc_core::codec::xml::check_well_formed;
/// assert!(check_well_formed(b"<html><br/></html>").is_ok());
/// assert!(check_well_formed(b"<html><br></html>").is_err());
/// ```
pub fn check_well_formed(input: &[u8]) -> Result<(), XmlError> {
    let mut lexer = prolog::open(input)?;
    match lexer.element()? {
        Some((_, name)) => lexer.skip_element(name)?,
        None => return Err(lexer.error("expected an element, found an end tag")),
    }
    lexer.finish()
}
