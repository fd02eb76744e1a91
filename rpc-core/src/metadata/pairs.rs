//! Metadata: the headers and trailers of a call, in whichever protocol.

use std::borrow::Cow;
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

/// What the names of binary pairs end with.
const BINARY: &[u8] = b"-bin";

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

    /// What a protocol writes of them: the users' own, for a layer may have put all there that arrived elsewhere.
    pub(crate) fn into_headers(mut self) -> HeaderMap {
        if self.0.keys().any(|key| is_reserved(key.as_str())) {
            let reserved: Vec<HeaderName> =
                self.0.keys().filter(|key| is_reserved(key.as_str())).cloned().collect();
            reserved.iter().for_each(|key| drop(self.0.remove(key)));
        }
        self.0
    }

    /// Whether there are no pairs to be seen.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The first text value of `key`; none for a value that is not visible ASCII.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.get_all(key).next()
    }

    /// The text values of `key`, in the order in which they arrived; without those that are not visible ASCII.
    pub fn get_all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.values(key).filter_map(|value| value.to_str().ok())
    }

    /// The first value of a `-bin` key, as bytes; none where it is not base64.
    pub fn get_bin(&self, key: &str) -> Option<Bytes> {
        self.get_all_bin(key).next()
    }

    /// The values of a `-bin` key, as bytes, in the order in which they arrived; without those that are not base64.
    /// Values that somebody on the way has joined by commas are parted again.
    pub fn get_all_bin(&self, key: &str) -> impl Iterator<Item = Bytes> {
        let values = self.values(key).filter(move |_| is_binary(key));
        let values = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        values.filter_map(|value| BASE64.decode(value.trim_ascii()).ok().map(Bytes::from))
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &HeaderValue> {
        let visible = !is_reserved(&lower(key));
        self.0.get_all(key).iter().filter(move |_| visible)
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
        let (name, value) = binary(key, value)?;
        self.0.insert(name, value);
        Ok(())
    }

    /// Adds bytes to those that a key that ends in `-bin` has.
    pub fn append_bin(&mut self, key: &str, value: &[u8]) -> Result<(), InvalidMetadata> {
        let (name, value) = binary(key, value)?;
        self.0.append(name, value);
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
    key.len() >= BINARY.len() && key.as_bytes()[key.len() - BINARY.len()..].eq_ignore_ascii_case(BINARY)
}

fn lower(key: &str) -> Cow<'_, str> {
    match key.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => key.to_ascii_lowercase().into(),
        false => key.into(),
    }
}

/// Whether a header belongs to a protocol, not to the users.
fn is_reserved(key: &str) -> bool {
    key.starts_with("grpc-") || RESERVED.binary_search(&key).is_ok()
}

fn name(key: &str) -> Result<HeaderName, InvalidMetadata> {
    if is_reserved(&lower(key)) {
        return Err(InvalidMetadata::new(key, "the name belongs to the protocols"));
    }
    HeaderName::try_from(key).map_err(|_| InvalidMetadata::new(key, "not a header name"))
}

fn binary(key: &str, value: &[u8]) -> Result<(HeaderName, HeaderValue), InvalidMetadata> {
    let name = name(key)?;
    if !is_binary(key) {
        return Err(InvalidMetadata::new(key, "only a key that ends in -bin carries bytes"));
    }
    match HeaderValue::try_from(BASE64.encode(value)) {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(InvalidMetadata::new(key, "its value does not encode")),
    }
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
        assert_eq!(metadata.get("Content-Type"), None);
        assert_eq!(metadata.into_headers().len(), 1);
    }

    #[test]
    fn joined_and_repeated_bytes_are_read_one_by_one() {
        let mut metadata = Metadata::new();
        metadata.append_bin("X-Bin", b"\0\x01").unwrap();
        metadata.append_bin("x-bin", b"").unwrap();
        assert_eq!(metadata.get_all_bin("x-BIN").collect::<Vec<_>>(), [&b"\0\x01"[..], b""]);
        let mut headers = HeaderMap::new();
        headers.append("x-bin", HeaderValue::from_static("AAE=,AAE, ?,AQ"));
        headers.append("x-bin", HeaderValue::from_static("Ag=="));
        let values = Metadata::from_headers(headers);
        let values = values.get_all_bin("x-bin").map(|bytes| bytes.to_vec()).collect::<Vec<_>>();
        assert_eq!(values, [vec![0, 1], vec![0, 1], vec![1], vec![2]]);
    }
}
