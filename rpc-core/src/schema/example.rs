//! An example of a value as JSON, for the curl lines that we print.

use super::{Type, TypeRef, VariantShape};

/// How deep an example goes; recursive messages end there.
const DEPTH: usize = 4;

/// A value of a type, as JSON: zeros, short texts, one element in each list.
pub(crate) fn example(ty: TypeRef) -> String {
    write(ty(), DEPTH)
}

fn write(ty: &Type, depth: usize) -> String {
    let Some(depth) = depth.checked_sub(1) else { return "null".into() };
    match ty {
        Type::Bool => "true".into(),
        Type::String | Type::Char => "\"x\"".into(),
        Type::Bytes => "\"aGk=\"".into(),
        Type::Uuid => "\"00000000-0000-0000-0000-000000000000\"".into(),
        Type::Timestamp => "\"2000-01-01T00:00:00Z\"".into(),
        Type::Duration => "\"1.5s\"".into(),
        Type::Unit | Type::Option(_) | Type::Value => "null".into(),
        Type::F32 | Type::F64 => "0.5".into(),
        Type::List(item) => format!("[{}]", write(item(), depth)),
        Type::Map(_, value) => format!("{{\"1\":{}}}", write(value(), depth)),
        Type::Tuple(items) => {
            format!("[{}]", items.iter().map(|item| write(item(), depth)).collect::<Vec<_>>().join(","))
        }
        Type::Message(message) => {
            let required = message.fields.iter().filter(|field| !matches!((field.ty)(), Type::Option(_)));
            let members = required.map(|field| format!("\"{}\":{}", field.text, write((field.ty)(), depth)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Type::Enum(unit) => format!("\"{}\"", unit.values.first().map_or("", |value| value.text)),
        Type::Union(union) => match union.variants.first() {
            None => "null".into(),
            Some(first) => match &first.shape {
                VariantShape::Empty(_) => format!("\"{}\"", first.text),
                VariantShape::Value(ty) => format!("{{\"{}\":{}}}", first.text, write(ty(), depth)),
                VariantShape::Fields(message) => {
                    format!("{{\"{}\":{}}}", first.text, write(&Type::Message(message), depth))
                }
            },
        },
        _ => "0".into(),
    }
}
