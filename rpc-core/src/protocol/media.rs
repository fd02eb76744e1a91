//! Media types and encodings of the text protocols
//! ([RFC 9110, sections 8.3 and 8.4](https://www.rfc-editor.org/rfc/rfc9110#section-8.3)).

use http::HeaderMap;
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

/// The content-encoding of a message, if it is any but `identity`.
pub(super) fn foreign_encoding(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_ENCODING)?.as_bytes();
    let encoding = String::from_utf8_lossy(value).trim().to_owned();
    (!encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity")).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::is_one_of;

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
