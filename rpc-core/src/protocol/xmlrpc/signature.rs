//! `system.methodSignature`: a method's types under XML-RPC's names.

use std::iter;

use crate::schema::{MethodSchema, Type};

/// The signatures of a method, each the type of the result and then those of the parameters: all parameters
/// first, then without those at the end that may be left out. Where 64-bit integers are among the types, each
/// stands once more in the words of the specification alone, for what fits goes as `int`.
pub(super) fn signatures(method: &MethodSchema) -> Vec<Vec<&'static str>> {
    let (types, required) = parameters(method);
    let mut signatures = Vec::new();
    for count in (required..=types.len()).rev() {
        let signature: Vec<_> = iter::once(result(method)).chain(types[..count].iter().copied()).collect();
        let plain: Vec<_> = signature.iter().map(|name| if *name == "i8" { "int" } else { name }).collect();
        if plain != signature {
            signatures.push(signature);
        }
        signatures.push(plain);
    }
    signatures
}

/// The type of the result; a stream is the array of its items.
fn result(method: &MethodSchema) -> &'static str {
    if method.kind.gives_stream() { "array" } else { name((method.response)()) }
}

/// The types of the parameters, and how many of them must be there.
fn parameters(method: &MethodSchema) -> (Vec<&'static str>, usize) {
    if method.kind.takes_stream() {
        return (vec!["array"], 0);
    }
    match (method.request)() {
        Type::Message(request) if !method.bare => {
            let types: Vec<_> = request.fields.iter().map(|field| name((field.ty)())).collect();
            let required = request
                .fields
                .iter()
                .rposition(|field| !field.default && !matches!((field.ty)(), Type::Option(_)))
                .map_or(0, |last| last + 1);
            (types, required)
        }
        Type::Unit => (Vec::new(), 0),
        bare => (vec![name(bare)], 1),
    }
}

/// What XML-RPC calls a type. An Option is what it holds, and nil.
fn name(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "boolean",
        Type::I8 | Type::I16 | Type::I32 | Type::U8 | Type::U16 => "int",
        Type::U32 | Type::I64 | Type::U64 => "i8",
        Type::F32 | Type::F64 => "double",
        Type::String | Type::Char | Type::Uuid | Type::Duration | Type::Enum(_) => "string",
        Type::Bytes => "base64",
        Type::Timestamp => "dateTime.iso8601",
        Type::Unit => "nil",
        Type::List(_) | Type::Tuple(_) => "array",
        Type::Message(message) if message.array => "array",
        Type::Map(..) | Type::Message(_) | Type::Union(_) => "struct",
        Type::Option(content) => name(content()),
        // The specification has no name for it.
        Type::Value => "any",
    }
}
