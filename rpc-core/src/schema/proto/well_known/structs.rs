//! Any JSON.

use super::super::model::{Enum, EnumValue, Field, FieldType, File, Label, Message, Scalar};

/// `google/protobuf/struct.proto`.
pub(super) fn file() -> File {
    let go = "google.golang.org/protobuf/types/known/structpb";
    let mut file = super::file("struct", "StructProto", go);
    let message = |name: &str| FieldType::Message(format!("google.protobuf.{name}"));
    let scalar = FieldType::Scalar;
    let fields = FieldType::Map(Scalar::String, Box::new(message("Value")));
    let kinds = [
        ("null_value", FieldType::Enum("google.protobuf.NullValue".into())),
        ("number_value", scalar(Scalar::Double)),
        ("string_value", scalar(Scalar::String)),
        ("bool_value", scalar(Scalar::Bool)),
        ("struct_value", message("Struct")),
        ("list_value", message("ListValue")),
    ];
    let kinds = kinds.into_iter().zip(1..).map(|((name, ty), tag)| Field::new(name, tag, Label::Oneof, ty));
    file.messages = vec![
        Message::new("Struct", vec![Field::new("fields", 1, Label::Single, fields)]),
        Message { oneof: Some("kind".into()), ..Message::new("Value", kinds.collect()) },
        Message::new("ListValue", vec![Field::new("values", 1, Label::Repeated, message("Value"))]),
    ];
    let null = EnumValue { name: "NULL_VALUE".into(), number: 0, docs: String::new(), deprecated: false };
    file.enums.push(Enum {
        name: "NullValue".into(),
        docs: String::new(),
        deprecated: false,
        values: vec![null],
    });
    file
}
