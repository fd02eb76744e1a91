//! The times and durations of other crates: each the same on the wire as the standard library's.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use polyrpc_core::codec::{Codec, Decode, Encode};
use proptest::prelude::*;

use crate::support::{Travels, encode, from_json, from_xml, json, xml};

/// Seconds that all of these crates know, and nanoseconds.
fn instants() -> impl Strategy<Value = (i64, u32)> {
    (-62_135_596_800..=253_402_207_200_i64, prop_oneof![Just(0), 0..1_000_000_000_u32])
}

fn system_time(seconds: i64, nanos: u32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let second = if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole };
    second + Duration::from_nanos(nanos.into())
}

/// Asserts that both are written alike, and that each is read from it.
fn same<T: Travels, U: Travels>(one: &T, other: &U) {
    let bytes = encode(Codec::Proto, one).unwrap();
    assert_eq!(bytes, encode(Codec::Proto, other).unwrap());
    assert_eq!(&Codec::Proto.decode_value::<T>(&bytes).unwrap(), one);
    assert_eq!(&Codec::Proto.decode_value::<U>(&bytes).unwrap(), other);
    assert_eq!(json(one), json(other));
    assert_eq!(&from_json::<T>(&json(one)).unwrap(), one);
    assert_eq!(xml(one), xml(other));
    assert_eq!(from_xml::<T>(&xml(one).unwrap()).is_ok(), from_xml::<U>(&xml(other).unwrap()).is_ok());
}

proptest! {
    #[test]
    fn instants_are_system_times((seconds, nanos) in instants()) {
        let ours = system_time(seconds, nanos);
        let utc = time::UtcDateTime::from_unix_timestamp(seconds).unwrap().replace_nanosecond(nanos).unwrap();
        same(&chrono::DateTime::from_timestamp(seconds, nanos).unwrap(), &ours);
        same(&utc, &ours);
        same(&utc.to_offset(time::UtcOffset::from_hms(5, 30, 0).unwrap()), &ours);
        same(&jiff::Timestamp::new(seconds, nanos as i32).unwrap(), &ours);
    }

    #[test]
    fn durations_have_a_sign(seconds in 0..=315_575_999_999_i64, nanos in 0..1_000_000_000_u32, negative: bool) {
        let sign = if negative { -1 } else { 1 };
        let (whole, part) = (sign * seconds, sign as i32 * nanos as i32);
        let theirs = time::Duration::new(whole, part);
        same(&(chrono::TimeDelta::try_seconds(whole).unwrap() + chrono::TimeDelta::nanoseconds(part.into())), &theirs);
        same(&jiff::SignedDuration::new(whole, part), &theirs);
        let text = json(&theirs);
        prop_assert_eq!(text.starts_with("\"-"), theirs.is_negative());
        match theirs.is_negative() {
            true => prop_assert!(from_json::<Duration>(&text).unwrap_err().message().contains("is negative")),
            false => same(&Duration::new(seconds as u64, nanos), &theirs),
        }
    }
}

/// Asserts that all codecs refuse the value so.
#[track_caller]
fn refused<T: Encode + for<'de> Decode<'de> + PartialEq + Debug>(value: T, message: &str) {
    assert_eq!(encode(Codec::Proto, &value).unwrap_err().message(), message);
    assert_eq!(encode(Codec::Json, &value).unwrap_err().message(), message);
    assert_eq!(xml(&value).unwrap_err().message(), message);
}

#[test]
fn what_only_one_crate_has_is_refused() {
    let years = "a time outside the years 1 to 9999";
    let long = "a duration of more than 315576000000 seconds";
    let leap = chrono::NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
    let leap = leap.and_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap().and_utc();
    refused(leap, "a time with more than 999999999 nanoseconds, or within a leap second");
    refused(chrono::DateTime::<chrono::Utc>::MAX_UTC, years);
    refused(chrono::DateTime::<chrono::Utc>::MIN_UTC, years);
    refused(time::UtcDateTime::MIN, years);
    refused(jiff::Timestamp::MIN, years);
    refused(chrono::TimeDelta::MAX, long);
    refused(time::Duration::MIN, long);
    refused(jiff::SignedDuration::MAX, long);
    let last = r#""9999-12-31T23:59:59Z""#;
    assert_eq!(from_json::<jiff::Timestamp>(last).unwrap_err().message(), "a time beyond jiff's calendar");
    assert!(from_json::<time::OffsetDateTime>(last).is_ok());
}
