//! time's times and durations. An `OffsetDateTime` is the same instant at the other end, in UTC: no protocol carries
//! the offset. A `time::Duration` may be negative, as google.protobuf.Duration may.

use std::convert::Infallible;

use time::{Duration, OffsetDateTime, UtcDateTime};

use super::duration::Span;
use super::timestamp::Timestamp;

fn utc(time: Timestamp) -> Result<UtcDateTime, &'static str> {
    let second = UtcDateTime::from_unix_timestamp(time.seconds);
    second
        .and_then(|second| second.replace_nanosecond(time.nanos))
        .map_err(|_| "a time beyond time's calendar")
}

fn span(duration: Duration) -> Span {
    Span { seconds: duration.whole_seconds(), nanos: duration.subsec_nanoseconds() }
}

crate::__transparent! {
    impl [] UtcDateTime, Timestamp;
    |this| borrow &Timestamp { seconds: this.unix_timestamp(), nanos: this.nanosecond() }, hint |_| 0;
    open |this: UtcDateTime| Timestamp { seconds: this.unix_timestamp(), nanos: this.nanosecond() },
    close |content: Timestamp| utc(content)
}

crate::__transparent! {
    impl [] OffsetDateTime, UtcDateTime;
    |this| borrow &this.to_utc(), hint |_| 0;
    open |this: OffsetDateTime| this.to_utc(),
    close |content: UtcDateTime| Ok::<_, Infallible>(OffsetDateTime::from(content))
}

crate::__transparent! {
    impl [] Duration, Span;
    |this| borrow &span(*this), hint |_| 0;
    open |this: Duration| span(this),
    close |content: Span| Ok::<_, Infallible>(Duration::new(content.seconds, content.nanos))
}
