//! The core of polyrpc: values and their schema, codecs, dispatch, protocols, client and server.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod codec;
pub mod schema;
