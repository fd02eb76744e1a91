//! From bytes to a message and back.

use polyrpc_core::codec::xml::Dialect;
use polyrpc_core::codec::{Codec, Error};
use prost::Message as _;

use crate::mirror::Rich as Mirror;
use crate::rich::{Rich, Shape};

/// Reads a message.
pub fn decode(codec: Codec, bytes: &[u8]) -> Result<Rich, Error> {
    codec.decode_value(bytes)
}

/// Writes a message; none where the codec says that it cannot express it.
///
/// # Panics
/// When it is refused for another reason.
pub fn encode(codec: Codec, message: &Rich) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match codec.encode_value(message, &mut out) {
        Ok(()) => Some(out),
        Err(error) => {
            let text = error.to_string();
            assert!(
                REFUSED.iter().any(|refused| text.contains(refused)),
                "{codec:?} does not write {message:?}: {text}"
            );
            None
        }
    }
}

/// The words of what the pages of the protocols list as refused.
const REFUSED: [&str; 5] = [
    "beyond 2^53",
    "XML cannot carry the character",
    "XML-RPC has no",
    "needs more than 64 bits",
    "nested deeper",
];

/// Takes a message through each codec, and through prost. Messages are compared by their bytes: NaN is not NaN.
///
/// # Panics
/// When it comes back as another one.
pub fn trip(message: &Rich) {
    let texts = [Codec::Json, Codec::Xml(Dialect::EXTENDED)];
    for codec in [Codec::Proto, Codec::Json, Codec::Xml(Dialect::EXTENDED)] {
        let Some(bytes) = encode(codec, message) else { continue };
        let again = match decode(codec, &bytes) {
            Ok(again) => again,
            // Each codec counts in another way how deep values stand in each other.
            Err(error) if error.to_string().contains("nested deeper") => continue,
            Err(error) => panic!("{codec:?} does not read {message:?}: {error}"),
        };
        assert_eq!(encode(codec, &again), Some(bytes), "{codec:?}: {message:?} became {again:?}");
        // XML-RPC cuts times, and proto makes a double of any number that stands in any JSON.
        if codec == Codec::Json || codec == Codec::Proto && !has_values(message) {
            for text in texts {
                assert_eq!(
                    encode(text, &again),
                    encode(text, message),
                    "{codec:?}: {message:?} became {again:?}"
                );
            }
        }
    }
    if let Some(bytes) = encode(Codec::Proto, message) {
        through_prost(message, &bytes);
    }
}

fn has_values(message: &Rich) -> bool {
    !message.values.is_empty() || message.inner.as_ref().is_some_and(|inner| has_values(inner))
}

/// Lets prost read `bytes` and write them again.
///
/// # Panics
/// When that is not `message` any more.
pub fn through_prost(message: &Rich, bytes: &[u8]) {
    let mirror = Mirror::decode(bytes).expect("prost reads what we read or write");
    let mut again = decode(Codec::Proto, &mirror.encode_to_vec()).expect("we read what prost writes");
    let mut message = message.clone();
    unsigned_zeros(&mut again);
    unsigned_zeros(&mut message);
    assert_eq!(encode(Codec::Proto, &again), encode(Codec::Proto, &message), "{message:?} became {again:?}");
}

/// prost takes a zero with a sign for the default, and leaves it out.
fn unsigned_zeros(message: &mut Rich) {
    message.single += 0.0;
    message.double += 0.0;
    message.shape.iter_mut().chain(&mut message.shapes).for_each(unsigned_zero);
    if let Some(inner) = &mut message.inner {
        unsigned_zeros(inner);
    }
}

fn unsigned_zero(shape: &mut Shape) {
    match shape {
        Shape::Circle { radius } => *radius += 0.0,
        Shape::Inside(inside) => unsigned_zero(inside),
        _ => {}
    }
}
