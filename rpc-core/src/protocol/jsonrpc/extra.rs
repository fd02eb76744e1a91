//! The member `rpc`: metadata where HTTP's headers have gone already.

use super::error::write_string;
#[cfg(feature = "client")]
use super::scan::{Malformed, Raw, Scanner};
use crate::metadata::Metadata;

/// Adds the member to a response object, if there is something to say: `"rpc":{"metadata":{"x-cost":"7"}}`.
#[cfg(feature = "server")]
pub(super) fn write(response: &mut Vec<u8>, metadata: &Metadata) {
    if !metadata.is_empty() && response.pop() == Some(b'}') {
        response.extend_from_slice(b",\"rpc\":{");
        write_metadata(metadata, response);
        response.extend_from_slice(b"}}");
    }
}

/// Appends `"metadata":{…}`: for each key its value, or an array of its values where it has several.
pub(super) fn write_metadata(metadata: &Metadata, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"metadata\":{");
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in metadata.iter() {
        if keys.contains(&key) {
            continue;
        }
        if !keys.is_empty() {
            out.push(b',');
        }
        keys.push(key);
        write_string(out, key);
        out.push(b':');
        write_values(out, metadata.iter().filter(|pair| pair.0 == key).map(|pair| pair.1));
    }
    out.push(b'}');
}

fn write_values<'a>(out: &mut Vec<u8>, values: impl Iterator<Item = &'a str>) {
    let start = out.len();
    let mut count = 0;
    for value in values {
        if count > 0 {
            out.push(b',');
        }
        write_string(out, value);
        count += 1;
    }
    if count > 1 {
        out.insert(start, b'[');
        out.push(b']');
    }
}

/// The metadata in such a member. What is not in our shape is left out: the response itself is worth more.
#[cfg(feature = "client")]
pub(super) fn read(member: &Raw<'_>) -> Metadata {
    let mut headers = http::HeaderMap::new();
    let mut add = |key: &Raw<'_>, value: &Raw<'_>| {
        if let (Some(key), Some(value)) = (key.string(), value.string())
            && let Ok(key) = http::HeaderName::try_from(&*key)
            && let Ok(value) = http::HeaderValue::try_from(&*value)
        {
            headers.append(key, value);
        }
    };
    each(member, |name, metadata| {
        if name.string().as_deref() != Some("metadata") {
            return;
        }
        each(&metadata, |key, value| match value.first() {
            b'[' => {
                let read = Scanner::new(value.text).array(|scanner| {
                    add(&key, &scanner.value()?);
                    Ok::<_, Malformed>(())
                });
                debug_assert!(read.is_ok(), "a value that was scanned is JSON");
            }
            _ => add(&key, &value),
        });
    });
    Metadata::from_headers(headers)
}

/// Shows the members of an object to `show`; another value has none.
#[cfg(feature = "client")]
fn each<'a>(value: &Raw<'a>, show: impl FnMut(Raw<'a>, Raw<'a>)) {
    if value.first() == b'{' {
        let read = Scanner::new(value.text).object(show);
        debug_assert!(read.is_ok(), "a value that was scanned is JSON");
    }
}

#[cfg(all(test, feature = "server", feature = "client"))]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read_as_it_was_written() {
        let mut metadata = Metadata::new();
        metadata.append("x-a", "1").unwrap();
        metadata.append("x-b", "quoted \"\\\"").unwrap();
        metadata.append("x-a", "2").unwrap();
        metadata.append_bin("x-c-bin", b"\0").unwrap();
        let mut text = b"{}".to_vec();
        write(&mut text, &metadata);
        let text = String::from_utf8(text).unwrap().replacen("{,", "{", 1);
        assert!(text.starts_with("{\"rpc\":{\"metadata\":{\"x-a\":[\"1\",\"2\"],"), "{text}");
        let mut read_back = None;
        Scanner::new(&text).object(|_, value| read_back = Some(read(&value))).unwrap();
        let read_back = read_back.unwrap();
        assert_eq!(read_back.iter().collect::<Vec<_>>(), metadata.iter().collect::<Vec<_>>());
    }

    #[test]
    fn nothing_to_say_is_not_said_and_other_shapes_are_left_out() {
        let mut text = b"{}".to_vec();
        write(&mut text, &Metadata::new());
        assert_eq!(text, b"{}");
        for other in
            ["7", "[]", "{\"metadata\":7}", "{\"metadata\":{\"x\":7,\"a b\":\"c\",\"y\":\"\\n\",\"z\":[7]}}"]
        {
            assert!(read(&Scanner::new(other).value().unwrap()).is_empty(), "{other}");
        }
    }
}
