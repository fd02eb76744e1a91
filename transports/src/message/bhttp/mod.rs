//! Binary HTTP messages (RFC 9292): what the parts of one direction of a call make, when they are joined.
//!
//! [`encode`] writes a request or a response in one of two forms: *known-length*, where all of it is at hand, and
//! *indeterminate-length*, where the content comes over time. [`Decoder`] reads both, in whatever pieces they come.
//! Neither does I/O.
//!
//! ```
//! use bytes::Bytes;
//! use http::response;
//! use polyrpc_transports::__private::bhttp::{Decoder, Event, encode};
//!
//! let (parts, ()) = http::Response::new(()).into_parts();
//! let mut message = Vec::new();
//! encode::response(&parts, b"hello", None, &mut message)?;
//!
//! let mut decoder = Decoder::<response::Parts>::new(16 * 1024);
//! decoder.push(Bytes::from(message));
//! decoder.finish();
//! assert!(matches!(decoder.next()?, Some(Event::Head(head)) if head.status == 200));
//! assert!(matches!(decoder.next()?, Some(Event::Data(data)) if data == "hello"));
//! assert!(matches!(decoder.next()?, Some(Event::End)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
pub mod encode;
mod field;
mod varint;

pub use self::decode::{Decoder, Event, Head, Malformed};
pub use self::encode::NotFinal;

#[cfg(test)]
mod tests;
