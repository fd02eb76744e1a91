//! Bytes to typed values and back: one description of a type ([`Encode`], [`Decode`]), and the codecs.

mod base64;
mod codecs;
mod datetime;
mod error;
mod json;
#[cfg(any(feature = "jsonrpc", feature = "xmlrpc"))]
mod plain;
pub mod proto;
mod reserved;
mod text_error;
pub(crate) mod value;
#[cfg(feature = "xmlrpc")]
#[doc(hidden)]
pub mod xml;

pub use codecs::Codec;
pub use error::Error;
pub(crate) use error::Step;
#[cfg(all(feature = "jsonrpc", any(feature = "client", feature = "server")))]
pub(crate) use json::MAX_DEPTH as JSON_DEPTH;
#[cfg(feature = "jsonrpc")]
pub(crate) use plain::plain_blocks;
pub use value::{Arguments, ByteStr, Decode, Encode, Json, MapKey, Str};
pub(crate) use value::{Direct, Unseen};
