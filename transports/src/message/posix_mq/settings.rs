//! The options of an endpoint.

use std::io;

use super::limits::Limits;
use super::{Attributes, trust};
use crate::Endpoint;
use crate::message::layer::LEAST_MESSAGE;

/// What the options of an endpoint say of the queue that is made at this end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `messages` and `size`; what is not given has its default, as far as the system's limits let it.
    pub(crate) attributes: Attributes,
    /// `priority`, of all messages that are sent; 0 unless given.
    pub(crate) priority: u32,
    /// `mode`, in octal.
    pub(crate) mode: u32,
}

impl Settings {
    /// Reads the options. `default` is [`Attributes::REQUESTS`] at a server, [`Attributes::REPLIES`] at a client.
    ///
    /// # Errors
    /// A value that is none. What is larger than the system's limits is refused once the queue is made.
    pub(crate) fn new(endpoint: &Endpoint, default: Attributes) -> io::Result<Self> {
        let limits = Limits::read();
        let possible = default.cut(&limits);
        if possible != default {
            tracing::debug!(?default, ?possible, ?limits, "queues are cut to what the system allows");
        }
        let most = i32::MAX.unsigned_abs();
        let attributes = Attributes {
            messages: number(endpoint, "messages", 1..=most)?.unwrap_or(possible.messages),
            size: number(endpoint, "size", LEAST_MESSAGE as u32..=most)?.unwrap_or(possible.size),
        };
        let priority = number(endpoint, "priority", 0..=Attributes::PRIORITIES - 1)?.unwrap_or_default();
        Ok(Self { attributes, priority, mode: trust::mode(endpoint)? })
    }
}

fn number(
    endpoint: &Endpoint,
    option: &str,
    range: std::ops::RangeInclusive<u32>,
) -> io::Result<Option<u32>> {
    let Some(text) = endpoint.option(option) else { return Ok(None) };
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(Some(number)),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{option} must be a number from {} to {}", range.start(), range.end()),
        )),
    }
}
