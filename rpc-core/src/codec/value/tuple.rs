//! Tuples of two to twelve values: in proto messages of the fields `f0`, `f1` …, in the texts arrays.

use serde::de::Deserializer;
use serde::ser::{SerializeTuple, Serializer};

use super::{Decode, Encode, Finish, Ref, Slots, Source, merge_message, nested, read_array};
use crate::codec::Error;
use crate::codec::proto::{Key, Reader, Writer};
use crate::schema::{Describe, Type};

/// The slots of a tuple: one for each of its values.
struct TupleSlots<T>(T);

macro_rules! tuple {
    ($count:literal: $($T:ident $index:tt $tag:literal $name:literal),*) => {
        impl<$($T: Describe),*> Describe for ($($T,)*) {
            type Known<X> = crate::__known!(X $($T)*);

            const CHECK: () = {
                let _ = ($($T::CHECK,)*);
            };

            fn ty() -> &'static Type {
                const { &Type::Tuple(&[$($T::ty),*]) }
            }
        }

        impl<$($T: Encode),*> Encode for ($($T,)*) {
            fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
                nested(tag, self.proto_hint(), out, |out| {
                    $(self.$index.proto_field($tag, out);)*
                });
            }

            fn proto_hint(&self) -> usize {
                0 $(+ self.$index.proto_hint())*
            }

            fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                let mut tuple = serializer.serialize_tuple($count)?;
                $(tuple.serialize_element(&Ref(&self.$index))?;)*
                tuple.end()
            }
        }

        impl<'de, $($T: Decode<'de>),*> Slots<'de> for TupleSlots<($(Option<$T>,)*)> {
            type Value = ($($T,)*);

            const NAME: &'static str = "a tuple";
            const FIELDS: usize = $count;

            fn new() -> Self {
                TupleSlots(($(None::<$T>,)*))
            }

            fn open(value: Self::Value) -> Self {
                TupleSlots(($(Some(value.$index),)*))
            }

            fn proto(&mut self, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
                match key.tag {
                    $($tag => Decode::proto_merge(&mut self.0.$index, key, input),)*
                    _ => input.skip(key),
                }
            }

            fn index(_name: &str) -> usize {
                usize::MAX
            }

            fn text<Z: Source<'de>>(&mut self, index: usize, source: &mut Z) -> Result<(), Z::Error> {
                match index {
                    $($index => source.fill(&mut self.0.$index, $name),)*
                    _ => source.ignore(),
                }
            }

            fn finish<Z: Finish<'de>>(self) -> Result<Self::Value, Z::Error> {
                Ok(($(Z::take(self.0.$index, $name)?,)*))
            }
        }

        impl<'de, $($T: Decode<'de>),*> Decode<'de> for ($($T,)*) {
            fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
                merge_message::<TupleSlots<($(Option<$T>,)*)>>(slot, key, input)
            }

            fn deserialize<Z: Deserializer<'de>>(deserializer: Z) -> Result<Self, Z::Error> {
                read_array::<TupleSlots<($(Option<$T>,)*)>, Z>(deserializer)
            }
        }
    };
}

tuple!(2: A 0 1 "0", B 1 2 "1");
tuple!(3: A 0 1 "0", B 1 2 "1", C 2 3 "2");
tuple!(4: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3");
tuple!(5: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4");
tuple!(6: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4", F 5 6 "5");
tuple!(7: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4", F 5 6 "5", G 6 7 "6");
tuple!(8: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4", F 5 6 "5", G 6 7 "6", H 7 8 "7");
tuple!(9: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4", F 5 6 "5", G 6 7 "6", H 7 8 "7", I 8 9 "8");
tuple!(10: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4", F 5 6 "5", G 6 7 "6", H 7 8 "7", I 8 9 "8", J 9 10 "9");
tuple!(11: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4", F 5 6 "5", G 6 7 "6", H 7 8 "7", I 8 9 "8", J 9 10 "9", K 10 11 "10");
tuple!(12: A 0 1 "0", B 1 2 "1", C 2 3 "2", D 3 4 "3", E 4 5 "4", F 5 6 "5", G 6 7 "6", H 7 8 "7", I 8 9 "8", J 9 10 "9", K 10 11 "10", L 11 12 "11");
