//! An example of a value as JSON, for the curl lines that we print: one that the method reads.

use super::{MessageType, Type, TypeRef, VariantShape};

/// How many messages may stand around a list or map that has an element.
const DEPTH: usize = 6;

/// The names and modules of the messages around a value.
type Around = Vec<(&'static str, &'static str)>;

/// A value of a type, as JSON: zeros, short texts, one element in each list.
pub(crate) fn example(ty: TypeRef) -> String {
    write(ty(), &mut Vec::new()).unwrap_or_else(|| "null".into())
}

/// `None` where the value would have to contain itself.
fn write(ty: &Type, around: &mut Around) -> Option<String> {
    Some(match ty {
        Type::Bool => "true".into(),
        Type::String | Type::Char => "\"x\"".into(),
        Type::Bytes => "\"aGk=\"".into(),
        Type::Uuid => "\"00000000-0000-0000-0000-000000000000\"".into(),
        Type::Timestamp => "\"2000-01-01T00:00:00Z\"".into(),
        Type::Duration => "\"1.5s\"".into(),
        Type::Unit | Type::Option(_) | Type::Value => "null".into(),
        Type::F32 | Type::F64 => "0.5".into(),
        Type::List(item) => format!("[{}]", element(*item, around).unwrap_or_default()),
        Type::Map(key, value) => format!("{{{}}}", entry(*key, *value, around).unwrap_or_default()),
        Type::Tuple(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| write(item(), around)).collect();
            format!("[{}]", items?.join(","))
        }
        Type::Message(message) => {
            within((message.name, message.module), around, |around| fields(message, around))?
        }
        Type::Enum(unit) => format!("\"{}\"", unit.values.first().map_or("", |value| value.text)),
        Type::Union(union) => within((union.name, union.module), around, |around| {
            union.variants.iter().find_map(|variant| match &variant.shape {
                VariantShape::Empty(_) => Some(format!("\"{}\"", variant.text)),
                VariantShape::Value(ty) => Some(format!("{{\"{}\":{}}}", variant.text, write(ty(), around)?)),
                VariantShape::Fields(message) => {
                    Some(format!("{{\"{}\":{}}}", variant.text, fields(message, around)?))
                }
            })
        })?,
        _ => "0".into(),
    })
}

fn within(
    name: (&'static str, &'static str),
    around: &mut Around,
    write: impl FnOnce(&mut Around) -> Option<String>,
) -> Option<String> {
    if around.contains(&name) {
        return None;
    }
    around.push(name);
    let written = write(around);
    around.pop();
    written
}

/// What is optional is left out, but where others would take its place.
fn fields(message: &MessageType, around: &mut Around) -> Option<String> {
    let needed =
        message.fields.iter().filter(|field| message.array || !matches!((field.ty)(), Type::Option(_)));
    if message.array {
        let items: Option<Vec<_>> = needed.map(|field| write((field.ty)(), around)).collect();
        return Some(format!("[{}]", items?.join(",")));
    }
    let members: Option<Vec<_>> =
        needed.map(|field| Some(format!("\"{}\":{}", field.text, write((field.ty)(), around)?))).collect();
    Some(format!("{{{}}}", members?.join(",")))
}

fn element(item: TypeRef, around: &mut Around) -> Option<String> {
    if around.len() > DEPTH { None } else { write(item(), around) }
}

fn entry(key: TypeRef, value: TypeRef, around: &mut Around) -> Option<String> {
    let value = element(value, around)?;
    let key = write(key(), around)?;
    // A key is a text, whatever its type is.
    Some(if key.starts_with('"') { format!("{key}:{value}") } else { format!("\"{key}\":{value}") })
}
