//! From calls in messages to requests and responses, and back: what drives the [layer](super::layer), over any transport
//! of the family.

mod incoming;
mod outgoing;

pub(crate) use self::incoming::{Incoming, Reader, Taken};
pub(crate) use self::outgoing::Outgoing;
