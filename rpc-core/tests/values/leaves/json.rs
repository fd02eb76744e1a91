//! Any JSON, and what knows serde alone.

use polyrpc_core::Json;
use polyrpc_test_model::Foreign;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;

use super::{Row, in_xml, texts};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        i64::any().prop_map(Value::from),
        u64::any().prop_map(Value::from),
        f64::any().prop_filter_map("JSON has neither NaN nor infinities", |value| {
            serde_json::Number::from_f64(value).map(Value::Number)
        }),
        (-9..9_i8).prop_map(|value| Value::from(f64::from(value))),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(texts(), inner, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The same JSON, its numbers and texts changed or refused.
fn rebuild(
    value: &Value,
    number: &dyn Fn(&serde_json::Number) -> Option<Value>,
    text: &dyn Fn(&str) -> bool,
) -> Option<Value> {
    match value {
        Value::Number(found) => number(found),
        Value::String(found) => text(found).then(|| value.clone()),
        Value::Array(items) => items.iter().map(|item| rebuild(item, number, text)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Some((text(name).then(|| name.clone())?, rebuild(value, number, text)?)))
            .collect(),
        _ => Some(value.clone()),
    }
}

impl Row for Value {
    fn any() -> BoxedStrategy<Value> {
        any_json().boxed()
    }

    fn over_proto(&self) -> Option<Value> {
        let edge = 1_i64 << 53;
        let number = |number: &serde_json::Number| match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => (-edge..=edge).contains(&integer).then(|| integer.into()),
            (None, _) if number.is_u64() => None,
            (None, Some(double)) => match double as i64 {
                integer if integer as f64 == double && (-edge..=edge).contains(&integer) => {
                    Some(if double.to_bits() == (-0.0_f64).to_bits() {
                        double.into()
                    } else {
                        integer.into()
                    })
                }
                _ => Some(double.into()),
            },
            (None, None) => None,
        };
        rebuild(self, &number, &|_| true)
    }

    fn over_xml(&self) -> Option<Value> {
        let number = |number: &serde_json::Number| {
            (number.is_i64() || number.is_f64()).then(|| Value::Number(number.clone()))
        };
        rebuild(self, &number, &in_xml)
    }

    fn is_nothing(&self) -> bool {
        self.is_null()
    }
}

impl Row for Json<Foreign> {
    fn any() -> BoxedStrategy<Self> {
        (u64::any(), proptest::option::of(vec(any::<u8>(), 0..3)), texts())
            .prop_map(|(id, bytes, text)| Json(Foreign { id, bytes, text }))
            .boxed()
    }

    fn over_proto(&self) -> Option<Self> {
        (self.0.id <= 1 << 53).then(|| self.clone())
    }

    fn over_xml(&self) -> Option<Self> {
        (self.0.id.over_xml().is_some() && in_xml(&self.0.text)).then(|| self.clone())
    }
}
