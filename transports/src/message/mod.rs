//! One message per request and per reply.

pub(crate) mod mem;
