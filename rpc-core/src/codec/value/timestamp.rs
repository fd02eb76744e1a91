//! Points in time: google.protobuf.Timestamp, RFC 3339, XML-RPC's dateTime.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{self, Deserializer, SeqAccess, Unexpected, Visitor};
use serde::ser::{self, SerializeTuple, Serializer};

use super::{Decode, Encode, seconds};
use crate::codec::datetime::{Rfc3339, YEARS, read_rfc3339};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, reserved};
use crate::schema::{Describe, Type};

/// A point in time, which other types are converted to: seconds since 1970 in UTC, and nanoseconds behind them. It
/// is checked when it is written.
#[derive(Clone, Copy)]
pub(super) struct Timestamp {
    pub(super) seconds: i64,
    pub(super) nanos: u32,
}

impl Timestamp {
    /// What the protocols can express, or why not.
    fn check(self) -> Result<Timestamp, &'static str> {
        match self.nanos < 1_000_000_000 {
            _ if !YEARS.contains(&self.seconds) => Err("a time outside the years 1 to 9999"),
            true => Ok(self),
            false => Err("a time with more than 999999999 nanoseconds, or within a leap second"),
        }
    }
}

impl Describe for Timestamp {
    type Known<X> = X;

    fn ty() -> &'static Type {
        &Type::Timestamp
    }
}

impl Encode for Timestamp {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        match self.check() {
            Ok(Timestamp { seconds, nanos }) => seconds::write(seconds, nanos as i32, tag, out),
            Err(reason) => out.fail(tag, Error::new(reason)),
        }
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let checked = self.check().map_err(ser::Error::custom)?;
        serializer.serialize_newtype_struct(reserved::TIMESTAMP, &Checked(checked))
    }
}

/// Both forms of a time that is within the limits.
struct Checked(Timestamp);

impl serde::Serialize for Checked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Timestamp { seconds, nanos } = self.0;
        if serializer.is_human_readable() {
            return serializer.collect_str(&Rfc3339((seconds, nanos)));
        }
        let mut tuple = serializer.serialize_tuple(2)?;
        tuple.serialize_element(&seconds)?;
        tuple.serialize_element(&nanos)?;
        tuple.end()
    }
}

impl<'de> Decode<'de> for Timestamp {
    fn proto_merge(slot: &mut Option<Timestamp>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        let before = slot.map(|time| (time.seconds, time.nanos as i32));
        let (seconds, nanos) = seconds::merge(before, key, input)?;
        let nanos = u32::try_from(nanos).map_err(|_| Error::new("a time with negative nanoseconds"))?;
        *slot = Some(Timestamp { seconds, nanos }.check().map_err(Error::new)?);
        Ok(())
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        deserializer.deserialize_newtype_struct(reserved::TIMESTAMP, Either)
    }
}

/// Reads a text, or the native form of formats that have times.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time as `2006-01-02T15:04:05Z`")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Timestamp, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        let read = read_rfc3339(text).map(|(seconds, nanos)| Timestamp { seconds, nanos });
        read.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Timestamp, A::Error> {
        match (seq.next_element()?, seq.next_element()?) {
            (Some(seconds), Some(nanos)) => Timestamp { seconds, nanos }.check().map_err(de::Error::custom),
            _ => Err(de::Error::invalid_length(0, &self)),
        }
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Timestamp {
        let (seconds, nanos) = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => (i128::from(after.as_secs()), after.subsec_nanos()),
            Err(before) => match before.duration() {
                before if before.subsec_nanos() == 0 => (-i128::from(before.as_secs()), 0),
                before => (-i128::from(before.as_secs()) - 1, 1_000_000_000 - before.subsec_nanos()),
            },
        };
        // What i64 does not hold is far outside of what is accepted, either way.
        Timestamp { seconds: seconds.clamp(i64::MIN.into(), i64::MAX.into()) as i64, nanos }
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = &'static str;

    fn try_from(time: Timestamp) -> Result<SystemTime, &'static str> {
        let whole = Duration::from_secs(time.seconds.unsigned_abs());
        let second = match time.seconds < 0 {
            true => UNIX_EPOCH.checked_sub(whole),
            false => UNIX_EPOCH.checked_add(whole),
        };
        let found = second.and_then(|second| second.checked_add(Duration::from_nanos(time.nanos.into())));
        found.ok_or("a time that this system's clock cannot show")
    }
}

crate::__transparent! {
    impl [] SystemTime, Timestamp;
    |this| borrow &Timestamp::from(*this), hint |_| 0;
    open |this: SystemTime| Timestamp::from(this), close |content: Timestamp| SystemTime::try_from(content)
}
