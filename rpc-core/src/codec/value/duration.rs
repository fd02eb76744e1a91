//! Lengths of time: google.protobuf.Duration, and `3.5s` in the texts.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::ser::{self, Serializer};

use super::{Decode, Encode, seconds};
use crate::codec::Error;
use crate::codec::datetime::{Fraction, fraction};
use crate::codec::proto::{Key, Reader, Writer};
use crate::schema::{Describe, Type};

/// The longest length, 10 000 years: google.protobuf.Duration's limit, to both sides.
const MAX_SECONDS: u64 = 315_576_000_000;

/// A length of time with a sign, which other types are converted to: seconds and nanoseconds, neither of them of
/// the other's opposite sign. It is checked when it is written.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) seconds: i64,
    pub(super) nanos: i32,
}

impl Span {
    /// What the protocols can express, or why not.
    fn check(self) -> Result<Span, &'static str> {
        let Span { seconds, nanos } = self;
        match seconds.unsigned_abs() {
            _ if nanos.unsigned_abs() > 999_999_999 => Err("a duration of more than 999999999 nanoseconds"),
            MAX_SECONDS if nanos != 0 => Err(TOO_LONG),
            0..=MAX_SECONDS if seconds.signum() * i64::from(nanos.signum()) < 0 => {
                Err("a duration whose seconds and nanoseconds have opposite signs")
            }
            0..=MAX_SECONDS => Ok(self),
            _ => Err(TOO_LONG),
        }
    }

    /// Reads `-3.5s`.
    fn read(text: &str) -> Option<Span> {
        let digits = text.strip_suffix('s')?;
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, digits),
        };
        let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (seconds, rest) = digits.split_at(whole);
        let mut rest = rest.as_bytes();
        let nanos = fraction(&mut rest)? as i32;
        let seconds: i64 = seconds.parse().ok()?;
        rest.is_empty().then_some(Span { seconds: sign * seconds, nanos: sign as i32 * nanos })
    }
}

const TOO_LONG: &str = "a duration of more than 315576000000 seconds";

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.seconds < 0 || self.nanos < 0 { "-" } else { "" };
        write!(f, "{sign}{}{}s", self.seconds.unsigned_abs(), Fraction(self.nanos.unsigned_abs()))
    }
}

impl Describe for Span {
    type Known<X> = X;

    fn ty() -> &'static Type {
        &Type::Duration
    }
}

impl Encode for Span {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        match self.check() {
            Ok(Span { seconds, nanos }) => seconds::write(seconds, nanos, tag, out),
            Err(reason) => out.fail(tag, Error::new(reason)),
        }
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.check().map_err(ser::Error::custom)?)
    }
}

impl<'de> Decode<'de> for Span {
    fn proto_merge(slot: &mut Option<Span>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        let before = slot.map(|span| (span.seconds, span.nanos));
        let (seconds, nanos) = seconds::merge(before, key, input)?;
        *slot = Some(Span { seconds, nanos }.check().map_err(Error::new)?);
        Ok(())
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration as `3.5s`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
        let span = Span::read(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))?;
        span.check().map_err(E::custom)
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Span {
        // What i64 does not hold is far outside of what is accepted.
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Span { seconds, nanos: duration.subsec_nanos() as i32 }
    }
}

impl TryFrom<Span> for Duration {
    type Error = String;

    fn try_from(span: Span) -> Result<Duration, String> {
        match (u64::try_from(span.seconds), u32::try_from(span.nanos)) {
            (Ok(seconds), Ok(nanos)) => Ok(Duration::new(seconds, nanos)),
            _ => Err(format!("{span} is negative, which a Duration cannot be")),
        }
    }
}

crate::__transparent! {
    impl [] Duration, Span;
    |this| borrow &Span::from(*this), hint |_| 0;
    open |this: Duration| Span::from(this), close |content: Span| Duration::try_from(content)
}
