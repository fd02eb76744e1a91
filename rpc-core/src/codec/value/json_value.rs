//! Any JSON: itself in the texts, google.protobuf.Value in proto.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde_json::{Map, Number, Value};

use super::list::write_items;
use super::map::{read_entry, write_entry};
use super::{Decode, Encode, Ref, Seed, merge_items, precise};
use crate::codec::proto::{Key, Reader, Writer};
use crate::codec::{Error, Step};
use crate::schema::{Describe, Type, Wire};

/// The fields of google.protobuf.Value's oneof.
const NULL: u32 = 1;
const NUMBER: u32 = 2;
const STRING: u32 = 3;
const BOOL: u32 = 4;
const STRUCT: u32 = 5;
const LIST: u32 = 6;

/// The one field of google.protobuf.Struct, and of google.protobuf.ListValue.
const ITEMS: u32 = 1;

/// What lies between here and there is the same integer as a double.
const EXACT: u64 = 1 << 53;

impl Describe for Value {
    type Known<X> = X;

    fn ty() -> &'static Type {
        &Type::Value
    }
}

impl Encode for Value {
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>) {
        let mark = out.begin(tag, self.proto_hint());
        let failed = out.failed();
        match self {
            Value::Null => {
                out.key(NULL, Wire::Varint);
                out.varint(0);
            }
            Value::Bool(value) => value.proto_element(BOOL, out),
            Value::Number(number) => match to_double(number) {
                Some(value) => value.proto_element(NUMBER, out),
                None => out.fail(NUMBER, beyond(number)),
            },
            Value::String(text) => text.proto_element(STRING, out),
            Value::Array(items) => {
                let list = out.begin(LIST, 2 * items.len());
                write_items(items.iter(), ITEMS, out);
                out.end(list);
            }
            Value::Object(members) => {
                let structure = out.begin(STRUCT, 0);
                members.iter().for_each(|(name, value)| write_entry(name, value, ITEMS, out));
                out.end(structure);
            }
        }
        out.end(mark);
        if out.failed() && !failed {
            out.describe(|error| error.replace(Step::Tag(tag)));
        }
    }

    fn proto_hint(&self) -> usize {
        match self {
            Value::String(text) => text.len(),
            Value::Array(items) => 2 * items.len(),
            _ => 0,
        }
    }

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Number(number) => precise::write(number, serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Ref)),
            Value::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, Ref(value))))
            }
            leaf => serde::Serialize::serialize(leaf, serializer),
        }
    }

    fn is_null(&self) -> bool {
        Value::is_null(self)
    }
}

fn to_double(number: &Number) -> Option<f64> {
    match (number.as_i64(), number.as_u64()) {
        (Some(value), _) => (value.unsigned_abs() <= EXACT).then_some(value as f64),
        (None, Some(_)) => None,
        (None, None) => number.as_f64(),
    }
}

#[cold]
fn beyond(number: &Number) -> Error {
    Error::new(format!("{number} is beyond 2^53, and google.protobuf.Value has doubles alone"))
}

/// A double that is an integer, and could have been one, is one.
fn to_number(value: f64) -> Option<Number> {
    let exact = value.abs() <= EXACT as f64 && value.fract() == 0.0;
    // -0 is no integer
    match exact && (value != 0.0 || value.is_sign_positive()) {
        true => Some(Number::from(value as i64)),
        false => Number::from_f64(value),
    }
}

/// The last kind that comes is the value; lists are added to, and objects merged with.
impl<'de> Decode<'de> for Value {
    fn proto_merge(slot: &mut Option<Value>, key: Key, input: &mut Reader<'de>) -> Result<(), Error> {
        let mut message = input.message(key)?;
        while let Some(key) = message.next()? {
            *slot = Some(match (key.tag, slot.take()) {
                (NULL, _) => {
                    key.expect(Wire::Varint)?;
                    message.varint()?;
                    Value::Null
                }
                (NUMBER, _) => {
                    key.expect(Wire::Fixed64)?;
                    let value = f64::from_bits(message.fixed64()?);
                    let number = to_number(value);
                    Value::Number(number.ok_or_else(|| Error::new(format!("JSON has no {value}")))?)
                }
                (STRING, _) => Value::String(message.text(key)?.to_owned()),
                (BOOL, _) => {
                    key.expect(Wire::Varint)?;
                    Value::Bool(message.varint()? != 0)
                }
                (STRUCT, before) => Value::Object(read_struct(before, message.message(key)?)?),
                (LIST, before) => Value::Array(read_list(before, message.message(key)?)?),
                (_, before) => {
                    message.skip(key)?;
                    *slot = before;
                    continue;
                }
            });
        }
        if slot.is_none() { Err(Error::new("a google.protobuf.Value of no kind")) } else { Ok(()) }
    }

    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

fn read_struct(before: Option<Value>, mut input: Reader<'_>) -> Result<Map<String, Value>, Error> {
    let mut members = match before {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    };
    while let Some(key) = input.next()? {
        if key.tag == ITEMS {
            let (name, value) = read_entry(input.message(key)?)?;
            members.insert(name, value);
        } else {
            input.skip(key)?;
        }
    }
    Ok(members)
}

fn read_list(before: Option<Value>, mut input: Reader<'_>) -> Result<Vec<Value>, Error> {
    let mut items = match before {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    while let Some(key) = input.next()? {
        if key.tag == ITEMS {
            merge_items(key, &mut input, |item| items.push(item))
                .map_err(|error| error.at(Step::Index(items.len())))?;
        } else {
            input.skip(key)?;
        }
    }
    Ok(items)
}

/// serde_json's own visitor takes the last of two members of one name, where we take neither.
struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value);
        number.map(Value::Number).ok_or_else(|| E::custom(format_args!("JSON has no {value}")))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    /// What XML-RPC has as bytes JSON has as text.
    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::String(STANDARD.encode(bytes)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Seed::new())? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.is_empty() && precise::is_number(&name) {
                let digits: String = map.next_value()?;
                return digits.parse().map(Value::Number).map_err(de::Error::custom);
            }
            let value = map.next_value_seed(Seed::new())?;
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("the object has the same member twice"));
            }
        }
        Ok(Value::Object(members))
    }
}
