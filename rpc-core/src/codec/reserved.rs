//! Names of newtype structs, by which our values tell a format that knows them what they are. A format that does
//! not know a name sees the value as JSON writes it.
//!
//! A format that knows one serializes the content with a serializer that answers `is_human_readable` with false;
//! when reading, it calls the visitor with the native form instead of `visit_newtype_struct`.

/// A point in time. Native form: a tuple of seconds since 1970 (`i64`) and nanoseconds (`u32`).
pub(crate) const TIMESTAMP: &str = "$polyrpc::Timestamp";

/// Bytes. Native form: bytes. Reading only: they are written by `serialize_bytes`.
pub(crate) const BYTES: &str = "$polyrpc::Bytes";

/// An integer of 64 bits, which JSON may write as a string. Native form: an integer. Reading only.
pub(crate) const INTEGER: &str = "$polyrpc::Integer";

/// A floating point number, which JSON may write as the string `NaN` or `Infinity`. Native form: a number.
/// Writing: used for what is not finite alone.
pub(crate) const FLOAT: &str = "$polyrpc::Float";

/// A number of any JSON that is no integer of 64 bits, by its digits perhaps. Native form: a double. Writing only.
pub(crate) const NUMBER: &str = "$polyrpc::Number";
