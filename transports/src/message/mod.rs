//! One message per request and per reply.

#[allow(dead_code)]
pub(crate) mod layer;
#[cfg(feature = "mem")]
pub(crate) mod mem;
