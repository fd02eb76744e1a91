//! Points in time as texts, RFC 3339's and XML-RPC's `dateTime.iso8601`, and the calendar for them.

use std::fmt;
use std::io::Write;

/// Seconds since 1970 in UTC, and nanoseconds.
pub(super) type Seconds = (i64, u32);

const DAY: i64 = 86_400;
/// The seconds of 0001-01-01T00:00:00 and 9999-12-31T23:59:59.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Writes a time of the years 1 to 9999 as RFC 3339 does, in UTC, with as few digits as the fraction needs.
pub(super) struct Rfc3339(pub(super) Seconds);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = self.0;
        let ((year, month, day), (hour, minute, second)) = parts(seconds);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{}Z", Fraction(nanos))
    }
}

/// Writes nanoseconds as `.5`: nothing if there are none.
pub(super) struct Fraction(pub(super) u32);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut value, mut width) = (self.0, 9);
        if value == 0 {
            return Ok(());
        }
        while value % 10 == 0 {
            (value, width) = (value / 10, width - 1);
        }
        write!(f, ".{value:0width$}")
    }
}

/// Appends `19980717T14:08:55`, in UTC; `false` outside the years 1 to 9999.
#[cfg(feature = "xmlrpc")]
pub(super) fn write_iso8601(seconds: i64, out: &mut Vec<u8>) -> bool {
    if !YEARS.contains(&seconds) {
        return false;
    }
    let ((year, month, day), (hour, minute, second)) = parts(seconds);
    // a Vec takes all that is written
    write!(out, "{year:04}{month:02}{day:02}T{hour:02}:{minute:02}:{second:02}").is_ok()
}

fn parts(seconds: i64) -> ((i64, i64, i64), (i64, i64, i64)) {
    let time = seconds.rem_euclid(DAY);
    (civil(seconds.div_euclid(DAY)), (time / 3600, time / 60 % 60, time % 60))
}

/// Reads `1998-07-17T14:08:55Z`: a fraction of up to nine digits and any offset are read, a second 60 is not.
pub(super) fn read_rfc3339(text: &str) -> Option<Seconds> {
    let read = read(text)?;
    (read.dashed && read.coloned && read.zoned).then_some(read.seconds)
}

/// Reads `19980717T14:08:55`, `19980717T140855` or `1998-07-17T14:08:55`, a fraction and `Z` or an offset behind it.
/// Without an offset it is UTC.
#[cfg(feature = "xmlrpc")]
pub(super) fn read_iso8601(text: &str) -> Option<Seconds> {
    read(text).map(|read| read.seconds)
}

struct Read {
    seconds: Seconds,
    /// Whether the date was written with dashes.
    dashed: bool,
    /// Whether the time was written with colons.
    coloned: bool,
    /// Whether the offset from UTC was written.
    zoned: bool,
}

fn read(text: &str) -> Option<Read> {
    let mut rest = text.as_bytes();
    let year = digits(&mut rest, 4)?;
    let dashed = skip(&mut rest, b'-');
    let month = digits(&mut rest, 2)?;
    if skip(&mut rest, b'-') != dashed {
        return None;
    }
    let day = digits(&mut rest, 2)?;
    let (hour, minute, second, coloned) = time(&mut rest)?;
    let nanos = fraction(&mut rest)?;
    let zoned = !rest.is_empty();
    let offset = offset(rest)?;
    if year < 1 || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset;
    YEARS.contains(&seconds).then_some(Read { seconds: (seconds, nanos), dashed, coloned, zoned })
}

fn time(rest: &mut &[u8]) -> Option<(i64, i64, i64, bool)> {
    if !skip(rest, b'T') && !skip(rest, b't') {
        return None;
    }
    let hour = digits(rest, 2)?;
    let coloned = skip(rest, b':');
    let minute = digits(rest, 2)?;
    if skip(rest, b':') != coloned {
        return None;
    }
    let second = digits(rest, 2)?;
    (hour < 24 && minute < 60 && second < 60).then_some((hour, minute, second, coloned))
}

/// Reads `.5`, as nanoseconds: one to nine digits, or nothing at all.
pub(super) fn fraction(rest: &mut &[u8]) -> Option<u32> {
    if !skip(rest, b'.') {
        return Some(0);
    }
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = if (1..=9).contains(&length) { digits(rest, length)? } else { return None };
    u32::try_from(value * 10_i64.pow(9 - length as u32)).ok()
}

/// `Z`, `+02:00`, `+0200` or nothing, as seconds; the text ends there.
fn offset(mut rest: &[u8]) -> Option<i64> {
    let sign = match rest {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    rest = &rest[1..];
    let hours = digits(&mut rest, 2)?;
    skip(&mut rest, b':');
    let minutes = digits(&mut rest, 2)?;
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn skip(rest: &mut &[u8], byte: u8) -> bool {
    let found = rest.first() == Some(&byte);
    if found {
        *rest = &rest[1..];
    }
    found
}

fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    head.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. The year is counted from March, so that the leap day
/// is its last; 719 468 days lie between the first of March of the year 0 and 1970.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 153 + 2) / 5
        + day
        - 1
        - 719_468
}

/// The date so many days after 1970-01-01: year, month, day.
fn civil(since_1970: i64) -> (i64, i64, i64) {
    // 146 097 days are 400 years; the divisions take out the leap days of 4, 100 and 400 years
    let days = since_1970 + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (january, month_number) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
    (era * 400 + year + january, month_number, day - (153 * month + 2) / 5 + 1)
}
