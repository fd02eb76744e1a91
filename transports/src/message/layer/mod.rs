//! What all message transports share: calls on top of messages that go from address to address.
//!
//! Nothing here does I/O or looks at a clock: messages, what callers do, and the time go in; messages, events and the
//! time of the next timer come out. It carries bytes in both directions of a call, which the transports fill with binary
//! HTTP, and knows nothing of what these mean. `docs/wire.md` specifies the format.

mod calls;
mod direction;
mod numbers;
mod part;
mod seen;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod turns;

pub use self::calls::{Calls, Config, Event, MOST_CONTROL, REQUEST_WINDOW};
pub(crate) use self::numbers::Numbers;
pub use self::part::{Code, Key, Kind, LEAST_MESSAGE, Part, Reset};
