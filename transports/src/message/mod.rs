//! One message per request and per reply.

#[cfg(feature = "mem")]
pub(crate) mod mem;
#[cfg(all(target_os = "linux", feature = "posix-mq"))]
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "the layer above it is not there yet"))]
pub(crate) mod posix_mq;
