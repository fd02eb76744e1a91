//! How a deadline is written: gRPC's `grpc-timeout`, which `rpc-timeout` of the other protocols shares
//! ([gRPC over HTTP/2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), "Timeout").

use std::time::Duration;

use http::HeaderName;

use crate::status::Status;

/// The header by which JSON-RPC and XML-RPC say how long a call may take.
pub(super) const RPC_TIMEOUT: HeaderName = HeaderName::from_static("rpc-timeout");

/// One to eight digits and a unit.
const MAX_DIGITS: usize = 8;

/// The duration of a timeout header.
pub(crate) fn parse_timeout(text: &str) -> Result<Duration, Status> {
    let refused = || Status::invalid_argument(format!("malformed timeout `{}`", text.escape_debug()));
    let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(refused)?;
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    let count: u64 = digits.parse().map_err(|_| refused())?;
    match unit {
        "H" => Ok(Duration::from_secs(count * 3600)),
        "M" => Ok(Duration::from_secs(count * 60)),
        "S" => Ok(Duration::from_secs(count)),
        "m" => Ok(Duration::from_millis(count)),
        "u" => Ok(Duration::from_micros(count)),
        "n" => Ok(Duration::from_nanos(count)),
        _ => Err(refused()),
    }
}

/// Writes a duration with the finest unit that its eight digits can hold, cut, never rounded up.
pub(crate) fn write_timeout(duration: Duration) -> String {
    const LIMIT: u128 = 10u128.pow(MAX_DIGITS as u32);
    let units = [("n", 1), ("u", 1_000), ("m", 1_000_000), ("S", 1_000_000_000)];
    let nanos = duration.as_nanos();
    for (unit, size) in units {
        if nanos / size < LIMIT {
            return format!("{}{unit}", nanos / size);
        }
    }
    format!("{}H", (duration.as_secs() / 3600).min(LIMIT as u64 - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_read() {
        let read = |text| parse_timeout(text).unwrap();
        assert_eq!(read("1H"), Duration::from_secs(3600));
        assert_eq!(read("2M"), Duration::from_secs(120));
        assert_eq!(read("99999999S"), Duration::from_secs(99_999_999));
        assert_eq!(read("0m"), Duration::ZERO);
        assert_eq!(read("250u"), Duration::from_micros(250));
        assert_eq!(read("7n"), Duration::from_nanos(7));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for text in ["", "S", "1", "1s", "-1S", "+1S", "1.5S", "123456789S", " 1S", "1S ", "١S", "1é"] {
            assert!(parse_timeout(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back_and_never_longer() {
        for nanos in [0, 1, 99_999_999, 100_000_000, 1_500_000_000, 30_000_000_000, u64::MAX] {
            let duration = Duration::from_nanos(nanos);
            let text = write_timeout(duration);
            let read = parse_timeout(&text).unwrap();
            assert!(read <= duration && duration - read <= duration / 99_999, "{text}");
        }
        assert_eq!(write_timeout(Duration::MAX), "99999999H");
    }
}
