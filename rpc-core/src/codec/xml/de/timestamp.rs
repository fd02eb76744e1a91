//! A point in time as a sequence of seconds and nanoseconds.

use serde::de::value::{I64Deserializer, U32Deserializer};
use serde::de::{DeserializeSeed, IntoDeserializer, SeqAccess};

use crate::codec::datetime::Seconds;
use crate::codec::xml::XmlError;

/// Gives the two numbers, in that order.
pub(super) struct TimestampSeq {
    seconds: Option<i64>,
    nanos: Option<u32>,
}

impl TimestampSeq {
    pub(super) fn new((seconds, nanos): Seconds) -> Self {
        Self { seconds: Some(seconds), nanos: Some(nanos) }
    }
}

impl<'de> SeqAccess<'de> for TimestampSeq {
    type Error = XmlError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, XmlError> {
        if let Some(seconds) = self.seconds.take() {
            let seconds: I64Deserializer<XmlError> = seconds.into_deserializer();
            return seed.deserialize(seconds).map(Some);
        }
        let Some(nanos) = self.nanos.take() else { return Ok(None) };
        let nanos: U32Deserializer<XmlError> = nanos.into_deserializer();
        seed.deserialize(nanos).map(Some)
    }
}
