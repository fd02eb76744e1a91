//! Calls in messages that go from address to address.

#[cfg(feature = "_message")]
pub mod bhttp;
#[cfg(feature = "_message")]
#[expect(dead_code, unused_imports, reason = "what drives it is not there yet")]
mod carry;
#[cfg(feature = "_message")]
#[expect(dead_code, unused_imports, reason = "what drives it is not there yet")]
pub(crate) mod layer;
#[cfg(feature = "mem")]
pub(crate) mod mem;
#[cfg(all(target_os = "linux", feature = "posix-mq"))]
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "the layer above it is not there yet"))]
pub(crate) mod posix_mq;
