//! Metadata: the headers and trailers of a call, in whichever protocol.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

/// Standard base64 without padding, as gRPC writes `-bin` values; read with or without.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Names that belong to the protocols themselves: never set by users, and not shown to them.
const RESERVED: [&str; 18] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "rpc-status-details-bin",
    "rpc-timeout",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Key-value pairs that travel beside a call or its reply. Keys are lower-case; a key that ends in `-bin`
/// carries bytes (base64 on the wire), every other one visible ASCII text.
///
/// ```
/// use polyrpc_core::Metadata;
///
/// let mut metadata = Metadata::new();
/// metadata.insert("x-tenant", "7")?;
/// metadata.insert_bin("x-key-bin", b"\x00\x01")?;
/// assert_eq!(metadata.get("x-tenant"), Some("7"));
/// assert_eq!(metadata.get_bin("x-key-bin").as_deref(), Some(&b"\x00\x01"[..]));
/// # Ok::<(), polyrpc_core::InvalidMetadata>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Metadata(HeaderMap);

/// A key or a value that cannot be metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMetadata {
    key: String,
    why: &'static str,
}

impl Metadata {
    /// No pairs.
    pub fn new() -> Metadata {
        Metadata::default()
    }

    /// All that arrived, protocol headers included; those are not shown.
    pub(crate) fn from_headers(headers: HeaderMap) -> Metadata {
        Metadata(headers)
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0
    }

    pub(crate) fn into_headers(self) -> HeaderMap {
        self.0
    }

    /// Whether there are no pairs to be seen.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The first text value of `key`; none for a value that is not visible ASCII.
    pub fn get(&self, key: &str) -> Option<&str> {
        if is_reserved(key) {
            return None;
        }
        self.0.get(key)?.to_str().ok()
    }

    /// The first value of a `-bin` key, as bytes; none where it is not base64.
    pub fn get_bin(&self, key: &str) -> Option<Bytes> {
        let text = self.0.get(key).filter(|_| is_binary(key))?;
        BASE64.decode(text.as_bytes()).ok().map(Bytes::from)
    }

    /// The pairs as they stand on the wire (`-bin` values in base64), without those of the protocols.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let visible = self.0.iter().filter(|(key, _)| !is_reserved(key.as_str()));
        visible.filter_map(|(key, value)| Some((key.as_str(), value.to_str().ok()?)))
    }

    /// Sets `key` to one text value.
    pub fn insert(&mut self, key: &str, value: &str) -> Result<(), InvalidMetadata> {
        let (key, value) = text(key, value)?;
        self.0.insert(key, value);
        Ok(())
    }

    /// Adds a text value to those that `key` has.
    pub fn append(&mut self, key: &str, value: &str) -> Result<(), InvalidMetadata> {
        let (key, value) = text(key, value)?;
        self.0.append(key, value);
        Ok(())
    }

    /// Sets a key that ends in `-bin` to bytes.
    pub fn insert_bin(&mut self, key: &str, value: &[u8]) -> Result<(), InvalidMetadata> {
        let name = name(key)?;
        if !is_binary(key) {
            return Err(InvalidMetadata::new(key, "only a key that ends in -bin carries bytes"));
        }
        let value = HeaderValue::try_from(BASE64.encode(value))
            .map_err(|_| InvalidMetadata::new(key, "its value does not encode"))?;
        self.0.insert(name, value);
        Ok(())
    }

    /// Copies the pairs of `other` over, replacing what has the same key.
    pub(crate) fn extend(&mut self, other: &Metadata) {
        for key in other.0.keys() {
            self.0.remove(key);
        }
        for (key, value) in &other.0 {
            self.0.append(key.clone(), value.clone());
        }
    }
}

impl InvalidMetadata {
    fn new(key: &str, why: &'static str) -> InvalidMetadata {
        InvalidMetadata { key: key.to_owned(), why }
    }
}

impl fmt::Display for InvalidMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "metadata `{}`: {}", self.key, self.why)
    }
}

impl std::error::Error for InvalidMetadata {}

fn is_binary(key: &str) -> bool {
    key.ends_with("-bin")
}

/// Whether a header belongs to a protocol, not to the users.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with("grpc-") || RESERVED.binary_search(&key).is_ok()
}

fn name(key: &str) -> Result<HeaderName, InvalidMetadata> {
    if is_reserved(&key.to_ascii_lowercase()) {
        return Err(InvalidMetadata::new(key, "the name belongs to the protocols"));
    }
    HeaderName::try_from(key).map_err(|_| InvalidMetadata::new(key, "not a header name"))
}

fn text(key: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidMetadata> {
    let name = name(key)?;
    if is_binary(key) {
        return Err(InvalidMetadata::new(key, "a key that ends in -bin carries bytes"));
    }
    match HeaderValue::from_str(value) {
        Ok(header) if header.to_str().is_ok() => Ok((name, header)),
        _ => Err(InvalidMetadata::new(key, "its value is not visible ASCII")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserved_names_are_sorted_for_the_search() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn what_cannot_travel_is_refused() {
        let mut metadata = Metadata::new();
        for (key, value) in [
            ("grpc-timeout", "1S"),
            ("Content-Type", "x"),
            ("a b", "x"),
            ("x", "é"),
            ("x", "\n"),
            ("x-bin", "x"),
        ] {
            let error = metadata.insert(key, value).unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
        assert!(metadata.insert_bin("x", b"").is_err());
        assert!(metadata.is_empty());
    }

    #[test]
    fn protocol_headers_are_not_shown() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("text/xml"));
        headers.insert("x-a", HeaderValue::from_static("1"));
        let metadata = Metadata::from_headers(headers);
        assert_eq!(metadata.iter().collect::<Vec<_>>(), [("x-a", "1")]);
        assert_eq!(metadata.get("content-type"), None);
    }
}
