//! chrono's times and durations. A `TimeDelta` may be negative, as google.protobuf.Duration may.

use chrono::{DateTime, TimeDelta, Utc};

use super::duration::Span;
use super::timestamp::Timestamp;

fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos() }
}

fn date_time(time: Timestamp) -> Result<DateTime<Utc>, &'static str> {
    DateTime::from_timestamp(time.seconds, time.nanos).ok_or("a time beyond chrono's calendar")
}

fn span(delta: TimeDelta) -> Span {
    Span { seconds: delta.num_seconds(), nanos: delta.subsec_nanos() }
}

fn time_delta(span: Span) -> Result<TimeDelta, &'static str> {
    let whole = TimeDelta::try_seconds(span.seconds);
    whole.map(|whole| whole + TimeDelta::nanoseconds(span.nanos.into())).ok_or("a duration beyond chrono's")
}

crate::__transparent! {
    impl [] DateTime<Utc>, Timestamp;
    |this| borrow &timestamp(*this), hint |_| 0;
    open |this: DateTime<Utc>| timestamp(this), close |content: Timestamp| date_time(content)
}

crate::__transparent! {
    impl [] TimeDelta, Span;
    |this| borrow &span(*this), hint |_| 0;
    open |this: TimeDelta| span(this), close |content: Span| time_delta(content)
}
