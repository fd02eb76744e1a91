//! Sets and deques: lists that are no slices.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::list::{deserialize_items, serialize_items, write_items};
use super::{Decode, Encode, merge_items, merge_wrapped, wrapped_element};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, Step};
use crate::schema::{Describe, Type};

macro_rules! collection {
    ([$($generics:tt)*] $ty:ty, $push:ident, ($($bound:tt)*), ($($other:tt)*)) => {
        impl<$($generics)*> Describe for $ty
        where
            T: Describe,
        {
            type Known<X> = T::Known<X>;

            const CHECK: () = T::CHECK;

            fn ty() -> &'static Type {
                const { &Type::List(T::ty) }
            }
        }

        impl<$($generics)*> Encode for $ty
        where
            T: Encode,
        {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                wrapped_element(self, tag, out);
            }

            fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
                write_items(self.iter(), tag, out);
            }

            fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                serialize_items(self.iter(), serializer)
            }
        }

        impl<'de, $($generics)*> Decode<'de> for $ty
        where
            T: Decode<'de> + $($bound)*,
            $($other)*
        {
            fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
                let list = slot.get_or_insert_default();
                let merged = merge_items(key, input, |item| { list.$push(item); });
                merged.map_err(|error| error.at(Step::Index(list.len())))
            }

            fn proto_merge_element(
                slot: &mut Option<Self>,
                key: Key,
                input: &mut Reader<'de>,
            ) -> Result<(), Error> {
                merge_wrapped(slot, key, input)
            }

            fn proto_absent() -> Option<Self> {
                Some(Self::default())
            }

            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut list = Self::default();
                deserialize_items(deserializer, |item| { list.$push(item); })?;
                Ok(list)
            }
        }
    };
}

collection!([T] VecDeque<T>, push_back, (Sized), ());
collection!([T] BTreeSet<T>, insert, (Ord), ());
collection!([T, S] HashSet<T, S>, insert, (Eq + Hash), (S: BuildHasher + Default));
