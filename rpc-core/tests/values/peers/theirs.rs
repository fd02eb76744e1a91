//! The same values in prost's types.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use polyrpc_core::Json;
use polyrpc_test_model::{Amount, Colour, Foreign, Name, Number, Shape, Tree};
use polyrpc_test_prost::rows::{data_enums, unit_enums};
use serde_json::Value;
use uuid::Uuid;

/// What has a type of prost's.
pub(super) trait Theirs {
    /// As it stands in a list, a map, an option or a oneof.
    type Type;

    fn theirs(&self) -> Self::Type;
}

/// What is a type of prost's as a field of its own, and in a list.
pub(super) trait Placed: Theirs {
    /// Messages have presence, scalars have none.
    type Field;
    /// Bytes are no list.
    type List;

    fn field(&self) -> Self::Field;

    fn list(items: &[Self]) -> Self::List
    where
        Self: Sized;
}

impl<T: Placed> Theirs for Vec<T> {
    type Type = T::List;

    fn theirs(&self) -> T::List {
        T::list(self)
    }
}

impl<T: Placed, const N: usize> Theirs for [T; N] {
    type Type = T::List;

    fn theirs(&self) -> T::List {
        T::list(self)
    }
}

impl<T: Theirs> Theirs for Option<T> {
    type Type = Option<T::Type>;

    fn theirs(&self) -> Option<T::Type> {
        self.as_ref().map(T::theirs)
    }
}

impl<T: Theirs> Theirs for Box<T> {
    type Type = Box<T::Type>;

    fn theirs(&self) -> Box<T::Type> {
        Box::new(T::theirs(self))
    }
}

impl<K: Theirs<Type: Ord>, V: Theirs> Theirs for BTreeMap<K, V> {
    type Type = BTreeMap<K::Type, V::Type>;

    fn theirs(&self) -> Self::Type {
        self.iter().map(|(key, value)| (key.theirs(), value.theirs())).collect()
    }
}

/// A type that is placed as most are; a scalar's field is what stands in a list too, a message's may be missing.
macro_rules! placed {
    (scalar $ours:ty => $theirs:ty) => {
        placed!($ours => $theirs, $theirs, |this| this.theirs());
    };
    (message $ours:ty => $theirs:ty) => {
        placed!($ours => $theirs, Option<$theirs>, |this| Some(this.theirs()));
    };
    ($ours:ty => $theirs:ty, $field:ty, |$this:ident| $as_field:expr) => {
        impl Placed for $ours {
            type Field = $field;
            type List = Vec<$theirs>;

            fn field(&self) -> $field {
                let $this = self;
                $as_field
            }

            fn list(items: &[Self]) -> Vec<$theirs> {
                items.iter().map(Theirs::theirs).collect()
            }
        }
    };
}
pub(super) use placed;

macro_rules! theirs {
    ($($kind:ident $ours:ty => $theirs:ty: |$this:ident| $as_theirs:expr;)*) => {$(
        impl Theirs for $ours {
            type Type = $theirs;

            fn theirs(&self) -> $theirs {
                let $this = self;
                $as_theirs
            }
        }

        placed!($kind $ours => $theirs);
    )*};
}

theirs! {
    scalar bool => bool: |flag| *flag;
    scalar i8 => i32: |number| (*number).into();
    scalar i16 => i32: |number| (*number).into();
    scalar i32 => i32: |number| *number;
    scalar i64 => i64: |number| *number;
    scalar u16 => u32: |number| (*number).into();
    scalar u32 => u32: |number| *number;
    scalar u64 => u64: |number| *number;
    scalar f32 => f32: |number| *number;
    scalar f64 => f64: |number| *number;
    scalar String => String: |text| text.clone();
    scalar Uuid => String: |id| id.to_string();
    scalar IpAddr => String: |address| address.to_string();
    scalar Bytes => Vec<u8>: |bytes| bytes.to_vec();
    scalar Colour => i32: |colour| match colour {
        Colour::Red => unit_enums::Colour::Red.into(),
        Colour::Green => unit_enums::Colour::Green.into(),
        Colour::Other => unit_enums::Colour::Other.into(),
    };
    scalar Amount => u64: |amount| amount.0;
    scalar Name => String: |name| name.0.clone();
    scalar Number => u64: |number| number.0;
    // by prost's own conversions
    message SystemTime => prost_types::Timestamp: |time| (*time).into();
    message Duration => prost_types::Duration: |duration| (*duration).try_into().unwrap();
    message Value => prost_types::Value: |value| prost_types::Value { kind: Some(kind(value)) };
    message Json<Foreign> => prost_types::Value: |foreign| serde_json::to_value(&foreign.0).unwrap().theirs();
    message Shape => data_enums::Shape: |shape| data_enums::Shape { variant: Some(variant(shape)) };
    message Tree => data_enums::Tree: |tree| data_enums::Tree {
        name: tree.name.clone(),
        left: tree.left.theirs(),
        all: tree.all.theirs(),
        shapes: tree.shapes.theirs(),
    };
}

placed!(scalar Vec<u8> => Vec<u8>);
placed!(scalar [u8; 3] => Vec<u8>);

impl Theirs for u8 {
    type Type = u32;

    fn theirs(&self) -> u32 {
        (*self).into()
    }
}

impl Placed for u8 {
    type Field = u32;
    type List = Vec<u8>;

    fn field(&self) -> u32 {
        self.theirs()
    }

    fn list(items: &[u8]) -> Vec<u8> {
        items.to_vec()
    }
}

impl Theirs for char {
    type Type = String;

    fn theirs(&self) -> String {
        self.to_string()
    }
}

// An absent field and an empty text are '\0' both.
placed!(char => String, String, |letter| match letter {
    '\0' => String::new(),
    letter => letter.theirs(),
});

impl Theirs for () {
    type Type = ();

    fn theirs(&self) {}
}

// It is not written where it says nothing.
placed!(() => (), Option<()>, |_nothing| None);

fn kind(value: &Value) -> prost_types::value::Kind {
    use prost_types::value::Kind;
    match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(*value),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap()),
        Value::String(text) => Kind::StringValue(text.clone()),
        Value::Array(items) => Kind::ListValue(prost_types::ListValue { values: items.theirs() }),
        Value::Object(members) => {
            let fields = members.iter().map(|(name, value)| (name.clone(), value.theirs())).collect();
            Kind::StructValue(prost_types::Struct { fields })
        }
    }
}

fn variant(shape: &Shape) -> data_enums::shape::Variant {
    use data_enums::shape::{At, Circle, Group, Nothing, Pair, Variant};
    match shape {
        Shape::Circle { radius, of } => Variant::Circle(Circle { radius: *radius, of: of.clone() }),
        Shape::Label(text) => Variant::Label(text.clone()),
        Shape::Pair(f0, f1) => Variant::Pair(Pair { f0: *f0, f1: *f1 }),
        Shape::At(time) => Variant::At(At { value: time.theirs() }),
        Shape::Group(shapes) => Variant::Group(Group { value: shapes.theirs() }),
        Shape::Tree(tree) => Variant::Tree(Tree::theirs(tree)),
        Shape::Nothing => Variant::Nothing(Nothing {}),
    }
}
