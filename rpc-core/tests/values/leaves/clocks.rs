//! Times and durations, on both sides of where they end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;

use super::Row;

impl Row for SystemTime {
    fn any() -> BoxedStrategy<SystemTime> {
        let nanos = prop_oneof![Just(0), Just(500_000_000), 0..1_000_000_000_u64];
        let seconds = prop_oneof![
            -62_135_596_900..-62_135_596_700_i64,
            -9..9_i64,
            253_402_300_000..253_402_300_900_i64
        ];
        (seconds, nanos).prop_map(|(seconds, nanos)| second(seconds) + Duration::from_nanos(nanos)).boxed()
    }

    fn over_proto(&self) -> Option<SystemTime> {
        (second(-62_135_596_800)..second(253_402_300_800)).contains(self).then_some(*self)
    }

    fn over_json(&self) -> Option<SystemTime> {
        self.over_proto()
    }

    fn over_xml(&self) -> Option<SystemTime> {
        let time = self.over_proto()?;
        let cut = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => second(after.as_secs() as i64),
            Err(before) => match before.duration() {
                before if before.subsec_nanos() == 0 => time,
                before => second(-(before.as_secs() as i64) - 1),
            },
        };
        Some(cut)
    }
}

fn second(seconds: i64) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole }
}

impl Row for Duration {
    fn any() -> BoxedStrategy<Duration> {
        let seconds = prop_oneof![0..9_u64, 315_575_999_999..=315_576_000_001_u64, Just(u64::MAX)];
        (seconds, prop_oneof![Just(0), 0..1_000_000_000_u32]).prop_map(|(s, n)| Duration::new(s, n)).boxed()
    }

    fn over_proto(&self) -> Option<Duration> {
        (*self <= Duration::from_secs(315_576_000_000)).then_some(*self)
    }

    fn over_json(&self) -> Option<Duration> {
        self.over_proto()
    }

    fn over_xml(&self) -> Option<Duration> {
        self.over_proto()
    }
}
