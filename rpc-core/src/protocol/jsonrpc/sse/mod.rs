//! Server-sent events ([WHATWG HTML, section 9.2](https://html.spec.whatwg.org/multipage/server-sent-events.html)): a
//! stream as the answer to a POST, each event one JSON-RPC message.

#[cfg(feature = "client")]
mod message;
#[cfg(feature = "client")]
mod parser;
#[cfg(feature = "client")]
mod receive;
#[cfg(feature = "server")]
mod send;

#[cfg(fuzzing)]
pub(super) use parser::Parser;
#[cfg(feature = "client")]
pub(super) use receive::Receiving;
#[cfg(feature = "server")]
pub(super) use send::response;

/// The media type of events.
pub(super) const EVENT_STREAM: &str = "text/event-stream";
