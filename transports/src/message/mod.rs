//! One message per request and per reply.

#[cfg(feature = "_message")]
pub mod bhttp;
#[cfg(feature = "mem")]
pub(crate) mod mem;
