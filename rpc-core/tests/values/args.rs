//! Arguments as `#[service]` writes them, of a type that is a parameter.

use polyrpc_core::__private::{
    Arguments, Describe, Field, Finish, Key, MessageType, Reader, Slots, Source, Type, Writer, from_text,
    message_element, present, read_message, read_struct, text_field,
};
use polyrpc_core::codec::{Decode, Encode, Error};
use serde::Deserializer;
use serde::ser::{SerializeSeq, SerializeStruct, Serializer};

/// The arguments of a method with a flag and a value.
#[derive(Debug)]
pub(crate) struct Args<V> {
    pub(crate) flag: bool,
    pub(crate) value: V,
}

impl<V: Describe> Describe for Args<V> {
    type Known<X> = V::Known<X>;

    fn ty() -> &'static Type {
        const {
            &Type::Message(
                &const {
                    MessageType::new(
                        "Args",
                        &const { [Field::new("flag", 1, bool::ty), Field::new("value", 2, V::ty)] },
                    )
                },
            )
        }
    }
}

impl<V: Encode> Encode for Args<V> {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        message_element(self, tag, out);
    }

    fn proto_body(&self, out: &mut Writer<'_>) {
        self.flag.proto_field(1, out);
        self.value.proto_field(2, out);
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Args", 2)?;
        text_field(&mut out, "flag", &self.flag)?;
        text_field(&mut out, "value", &self.value)?;
        out.end()
    }
}

struct ArgsSlots<V>(Option<bool>, Option<V>);

impl<'de, V: Decode<'de>> Slots<'de> for ArgsSlots<V> {
    type Value = Args<V>;

    const NAME: &'static str = "Args";
    const FIELDS: usize = 2;

    fn new() -> Self {
        ArgsSlots(None, None)
    }

    fn open(value: Args<V>) -> Self {
        ArgsSlots(Some(value.flag), Some(value.value))
    }

    fn proto(&mut self, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        match key.tag {
            1 => Decode::proto_merge(&mut self.0, key, input),
            2 => Decode::proto_merge(&mut self.1, key, input),
            _ => input.skip(key),
        }
    }

    fn index(name: &str) -> usize {
        ["flag", "value"].iter().position(|known| *known == name).unwrap_or(usize::MAX)
    }

    fn text<S: Source<'de>>(&mut self, index: usize, source: &mut S) -> Result<(), S::Error> {
        match index {
            0 => source.fill(&mut self.0, "flag"),
            1 => source.fill(&mut self.1, "value"),
            _ => source.ignore(),
        }
    }

    fn finish<F: Finish<'de>>(self) -> Result<Args<V>, F::Error> {
        Ok(Args { flag: F::take(self.0, "flag")?, value: F::take(self.1, "value")? })
    }
}

impl<'de, V: Decode<'de>> Decode<'de> for Args<V> {
    fn proto_merge(slot: &mut Option<Self>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        polyrpc_core::__private::merge_message::<ArgsSlots<V>>(slot, key, input)
    }

    fn proto_body(input: Reader<'de>) -> Result<Self, Error> {
        read_message::<ArgsSlots<V>>(input)
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_struct::<ArgsSlots<V>, D>(deserializer)
    }
}

impl<'de, V: Decode<'de> + Encode> Arguments<'de> for Args<V> {
    const NAMES: &'static [&'static str] = &["flag", "value"];

    fn from_text<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text::<ArgsSlots<V>, D>(deserializer)
    }

    fn to_positions<S: SerializeSeq>(&self, out: &mut S) -> Result<(), S::Error> {
        let count = present(&[self.flag.is_absent(), self.value.is_absent()]);
        if count > 0 {
            out.serialize_element(&polyrpc_core::__private::Ref(&self.flag))?;
        }
        if count > 1 {
            out.serialize_element(&polyrpc_core::__private::Ref(&self.value))?;
        }
        Ok(())
    }
}
