//! Lists: `Vec`, slices, arrays. A list whose elements are `u8` is bytes.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};

use super::bytes::read_bytes;
use super::{Decode, Encode, Ref, Seed, merge_items, merge_wrapped, wrapped_element};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, Step};
use crate::schema::{Describe, Type, Wire};

impl<T: Describe> Describe for [T] {
    type Known<X> = T::Known<X>;

    const CHECK: () = T::CHECK;

    fn ty() -> &'static Type {
        const { if T::BYTES { &Type::Bytes } else { &Type::List(T::ty) } }
    }
}

impl<T: Encode> Encode for [T] {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        match T::as_bytes(self) {
            Some(bytes) => out.bytes(tag, bytes),
            None => wrapped_element(self, tag, out),
        }
    }

    fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
        match T::as_bytes(self) {
            Some([]) => {}
            Some(bytes) => out.bytes(tag, bytes),
            None => write_items(self.iter(), tag, out),
        }
    }

    fn proto_hint(&self) -> usize {
        // An element takes its key and a length or a value; a packed number a byte.
        if T::PACKED.is_some() { self.len() } else { 2 * self.len() }
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match T::as_bytes(self) {
            Some(bytes) => serializer.serialize_bytes(bytes),
            None => serialize_items(self.iter(), serializer),
        }
    }
}

/// Writes the elements of a list: numbers packed, others each with its key.
pub(super) fn write_items<'a, T: Encode + 'a>(
    items: impl ExactSizeIterator<Item = &'a T>,
    tag: u32,
    out: &mut Writer<'_>,
) {
    if items.len() == 0 {
        return;
    }
    if T::PACKED.is_some() {
        let mark = out.begin(tag, items.len());
        items.for_each(|item| item.proto_packed(out));
        return out.end(mark);
    }
    let failed = out.failed();
    for (index, item) in items.enumerate() {
        item.proto_element(tag, out);
        if out.failed() && !failed {
            return out.describe(|error| error.replace(Step::Index(index)).at(Step::Tag(tag)));
        }
    }
}

/// Writes the elements of a list as text.
pub(super) fn serialize_items<'a, T: Encode + 'a, S: Serializer>(
    items: impl ExactSizeIterator<Item = &'a T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut seq = serializer.serialize_seq(Some(items.len()))?;
    for item in items {
        seq.serialize_element(&Ref(item))?;
    }
    seq.end()
}

/// What is a slice is written as the slice.
macro_rules! written_as_slice {
    ([$($generics:tt)*] $ty:ty, $item:ty) => {
        impl<$($generics)*> Describe for $ty
        where
            $item: Describe,
        {
            type Known<X> = <$item as Describe>::Known<X>;

            const CHECK: () = <$item>::CHECK;

            fn ty() -> &'static Type {
                <[$item]>::ty()
            }
        }

        impl<$($generics)*> Encode for $ty
        where
            $item: Encode,
        {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                <[$item]>::proto_element(self, tag, out);
            }

            fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
                <[$item]>::proto_field(self, tag, out);
            }

            fn proto_hint(&self) -> usize {
                <[$item]>::proto_hint(self)
            }

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                <[$item] as Encode>::serialize(self, serializer)
            }
        }
    };
}

written_as_slice!([T] Vec<T>, T);
written_as_slice!([T, const N: usize] [T; N], T);

impl<'de, T: Decode<'de>> Decode<'de> for Vec<T> {
    fn proto_merge(slot: &mut Option<Vec<T>>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        if T::BYTES {
            *slot = T::from_bytes(input.bytes(key)?.to_owned());
            return Ok(());
        }
        let list = slot.get_or_insert_default();
        match T::PACKED {
            Some(Wire::Fixed32) if key.wire == Wire::Length => list.reserve(input.len() / 4),
            Some(Wire::Fixed64) if key.wire == Wire::Length => list.reserve(input.len() / 8),
            _ => {}
        }
        merge_items(key, input, |item| list.push(item)).map_err(|error| error.at(Step::Index(list.len())))
    }

    fn proto_merge_element(
        slot: &mut Option<Vec<T>>,
        key: Key,
        input: &mut Reader<'de>,
    ) -> Result<(), Error> {
        if T::BYTES { Self::proto_merge(slot, key, input) } else { merge_wrapped(slot, key, input) }
    }

    fn proto_absent() -> Option<Vec<T>> {
        Some(Vec::new())
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        if T::BYTES {
            return read_bytes(deserializer).map(|bytes| T::from_bytes(bytes).unwrap_or_default());
        }
        let mut list = Vec::new();
        deserialize_items(deserializer, |item| list.push(item))?;
        Ok(list)
    }
}

/// Reads the elements of a list from text.
pub(super) fn deserialize_items<'de, T: Decode<'de>, D: Deserializer<'de>>(
    deserializer: D,
    push: impl FnMut(T),
) -> Result<(), D::Error> {
    deserializer.deserialize_seq(Items(push, PhantomData))
}

struct Items<F, T>(F, PhantomData<T>);

impl<'de, T: Decode<'de>, F: FnMut(T)> Visitor<'de> for Items<F, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element_seed(Seed::new())? {
            (self.0)(item);
        }
        Ok(())
    }
}

/// An array is a list of just so many. Its elements must stand together on the wire, as every encoder writes them,
/// for an array cannot be half there: what comes later would be surplus, and is refused.
impl<'de, T: Decode<'de>, const N: usize> Decode<'de> for [T; N] {
    fn proto_merge(slot: &mut Option<[T; N]>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        let mut list = slot.take().map(Vec::from);
        Vec::<T>::proto_merge(&mut list, key, input)?;
        while !T::BYTES && input.continues(key.tag) {
            if let Some(key) = input.next()? {
                Vec::<T>::proto_merge(&mut list, key, input)?;
            }
        }
        *slot = Some(just(list.unwrap_or_default()).map_err(Error::new)?);
        Ok(())
    }

    fn proto_merge_element(
        slot: &mut Option<[T; N]>,
        key: Key,
        input: &mut Reader<'de>,
    ) -> Result<(), Error> {
        if T::BYTES { Self::proto_merge(slot, key, input) } else { merge_wrapped(slot, key, input) }
    }

    fn proto_absent() -> Option<[T; N]> {
        just(Vec::new()).ok()
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<[T; N], D::Error> {
        just(<Vec<T> as Decode>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

fn just<T, const N: usize>(list: Vec<T>) -> Result<[T; N], String> {
    list.try_into().map_err(|list: Vec<T>| format!("{} elements where {N} were expected", list.len()))
}
