//! Numbers as text.

/// An integer within the range of `N`; a sign may stand before it.
pub(super) fn int<N: TryFrom<i64>>(text: &str) -> Option<i64> {
    let value: i64 = text.parse().ok()?;
    N::try_from(value).is_ok().then_some(value)
}

/// `0` or `1`, and nothing else.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// A decimal number. The specification has no exponents, but Python and others write them.
pub(super) fn double(text: &str) -> Option<f64> {
    // what is read by `parse` besides: the words for NaN and the infinities
    let decimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(decimal) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}
