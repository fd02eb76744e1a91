//! jiff's times and durations. A `SignedDuration` may be negative, as google.protobuf.Duration may.

use std::convert::Infallible;

use jiff::{SignedDuration, Timestamp as Instant};

use super::duration::Span;
use super::timestamp::Timestamp;

fn timestamp(instant: Instant) -> Timestamp {
    // Before 1970 jiff counts the nanoseconds backwards too.
    match (instant.as_second(), instant.subsec_nanosecond()) {
        (second, nanos @ ..0) => Timestamp { seconds: second - 1, nanos: (1_000_000_000 + nanos) as u32 },
        (seconds, nanos) => Timestamp { seconds, nanos: nanos as u32 },
    }
}

fn instant(time: Timestamp) -> Result<Instant, &'static str> {
    Instant::new(time.seconds, time.nanos as i32).map_err(|_| "a time beyond jiff's calendar")
}

fn span(duration: SignedDuration) -> Span {
    Span { seconds: duration.as_secs(), nanos: duration.subsec_nanos() }
}

crate::__transparent! {
    impl [] Instant, Timestamp;
    |this| borrow &timestamp(*this), hint |_| 0;
    open |this: Instant| timestamp(this), close |content: Timestamp| instant(content)
}

crate::__transparent! {
    impl [] SignedDuration, Span;
    |this| borrow &span(*this), hint |_| 0;
    open |this: SignedDuration| span(this),
    close |content: Span| Ok::<_, Infallible>(SignedDuration::new(content.seconds, content.nanos))
}
