//! Media types and encodings of the text protocols
//! ([RFC 9110, sections 8.3 and 8.4](https://www.rfc-editor.org/rfc/rfc9110#section-8.3)).

use http::HeaderMap;
#[cfg(all(feature = "jsonrpc", feature = "server"))]
use http::header::ACCEPT;
use http::header::CONTENT_ENCODING;

/// Whether a content-type is one of `types`, in UTF-8 as far as it says.
pub(crate) fn is_one_of(content_type: &str, types: &[&str]) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim().trim_matches('"');
            value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
        }
        _ => true,
    });
    utf8 && types.iter().any(|name| essence.eq_ignore_ascii_case(name))
}

/// Whether a caller names `wanted` among what it accepts, and likes it no less than `other`
/// ([RFC 9110, section 12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)).
#[cfg(all(feature = "jsonrpc", feature = "server"))]
pub(crate) fn prefers(headers: &HeaderMap, wanted: &str, other: &str) -> bool {
    let (mut weight, mut least, mut closest) = (0.0, 0.0, 0);
    for range in
        headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','))
    {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let q = quality(parts);
        // Of the ranges that `other` falls under, the closest counts.
        let close = match name.split_once('/') {
            _ if name.eq_ignore_ascii_case(other) => 3,
            Some(("*", "*")) => 1,
            Some((kind, "*"))
                if other.split('/').next().is_some_and(|own| own.eq_ignore_ascii_case(kind)) =>
            {
                2
            }
            _ => 0,
        };
        if close > closest {
            (least, closest) = (q, close);
        }
        if name.eq_ignore_ascii_case(wanted) {
            weight = q;
        }
    }
    weight > 0.0 && weight >= least
}

/// How much a media range is liked, from 0 to 1; what cannot be read is not liked at all.
#[cfg(all(feature = "jsonrpc", feature = "server"))]
fn quality<'a>(mut parameters: impl Iterator<Item = &'a str>) -> f32 {
    let given = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(value.trim())
    });
    let read = |text: &str| text.parse().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0);
    given.map_or(1.0, read)
}

/// The content-encoding of a message, if it is any but `identity`.
pub(crate) fn foreign_encoding(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_ENCODING)?.as_bytes();
    let encoding = String::from_utf8_lossy(value).trim().to_owned();
    (!encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity")).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::is_one_of;

    #[cfg(all(feature = "jsonrpc", feature = "server"))]
    #[test]
    fn a_type_is_preferred_that_is_named_and_weighs_no_less() {
        let prefers = |accept: &[&'static str]| {
            let mut headers = http::HeaderMap::new();
            for value in accept {
                headers.append("accept", http::HeaderValue::from_static(value));
            }
            super::prefers(&headers, "text/event-stream", "application/json")
        };
        for accept in [
            &["text/event-stream"][..],
            &["application/json, text/event-stream"],
            &["application/json", "Text/Event-Stream;charset=utf-8"],
            &["application/json;q=0.5 , text/event-stream ; Q=0.5"],
            &["*/*, text/event-stream"],
            &["application/json;q=0, */*, text/event-stream;q=0.1"],
            &["application/*;q=0.2, */*, text/event-stream;q=0.3"],
        ] {
            assert!(prefers(accept), "{accept:?}");
        }
        for accept in [
            &[][..],
            &["*/*"],
            &["text/*"],
            &["application/json"],
            &["text/event-stream;q=0"],
            &["text/event-stream;q=0.0, */*;q=0"],
            &["text/event-stream;q=x"],
            &["text/event-stream;q=7"],
            &["application/json, text/event-stream;q=0.9"],
            &["text/event-stream;q=0.9", "*/*"],
            &["text/event-streams"],
        ] {
            assert!(!prefers(accept), "{accept:?}");
        }
    }

    #[test]
    fn media_types_are_told_by_name_and_charset() {
        let known = |content_type| is_one_of(content_type, &["application/json", "text/xml"]);
        for content_type in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "text/xml;charset=\"utf-8\"",
            "text/xml; version=1; charset = utf8",
        ] {
            assert!(known(content_type), "{content_type}");
        }
        for other in ["", "text/plain", "application/json2", "text/xml; charset=iso-8859-1", "application"] {
            assert!(!known(other), "{other}");
        }
    }
}
