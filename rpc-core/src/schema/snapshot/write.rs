//! A snapshot as JSON, for people to read the differences of.

use serde_json::{Map, Value as Json, json};

use super::model::{Content, Field, Method, Shape, Snapshot, Variant};

/// The version of the form.
pub(super) const VERSION: u64 = 1;

impl Snapshot {
    /// The snapshot as JSON, indented, with a line break at its end.
    pub fn to_json(&self) -> String {
        let services = self.services.iter().map(|(name, methods)| {
            let methods = methods.iter().map(|(name, method)| (name.clone(), write_method(method)));
            (name.clone(), Json::Object(methods.collect()))
        });
        let types = self.types.iter().map(|(name, shape)| (name.clone(), write_shape(shape)));
        let json = json!({
            "polyrpc": VERSION,
            "services": Json::Object(services.collect()),
            "types": Json::Object(types.collect()),
        });
        format!("{json:#}\n")
    }
}

fn write_method(method: &Method) -> Json {
    let mut json = json!({
        "jsonrpc": method.jsonrpc,
        "xmlrpc": method.xmlrpc,
        "kind": method.kind,
        "request": method.request.to_string(),
        "response": method.response.to_string(),
    });
    if let Some(error) = &method.error {
        json["error"] = error.to_string().into();
    }
    flag(&mut json, "bare", method.bare);
    json
}

/// Only what is set is written.
fn flag(json: &mut Json, name: &str, set: bool) {
    if set {
        json[name] = true.into();
    }
}

fn write_shape(shape: &Shape) -> Json {
    let (mut json, other) = match shape {
        Shape::Struct { array, fields } => return write_fields(*array, fields),
        Shape::Enum { values, other } => {
            let values = values.iter().map(|value| {
                let mut json = json!({ "number": value.number, "name": value.name });
                named(&mut json, &value.text, &value.name);
                json
            });
            (json!({ "enum": values.collect::<Json>() }), other)
        }
        Shape::Union { variants, other } => {
            (json!({ "union": variants.iter().map(write_variant).collect::<Json>() }), other)
        }
    };
    flag(&mut json, "other", *other);
    json
}

fn write_fields(array: bool, fields: &[Field]) -> Json {
    let fields = fields.iter().map(|field| {
        let mut json = json!({ "tag": field.tag, "name": field.name, "type": field.ty.to_string() });
        named(&mut json, &field.text, &field.name);
        flag(&mut json, "default", field.default);
        json
    });
    let mut json = json!({ "struct": fields.collect::<Json>() });
    flag(&mut json, "array", array);
    json
}

fn write_variant(variant: &Variant) -> Json {
    let mut json = match &variant.content {
        Content::Empty => Json::Object(Map::new()),
        Content::Value(ty) => json!({ "type": ty.to_string() }),
        Content::Fields { array, fields } => write_fields(*array, fields),
    };
    json["tag"] = variant.tag.into();
    json["name"] = variant.name.as_str().into();
    named(&mut json, &variant.text, &variant.name);
    json
}

/// The name in the texts, where it is another.
fn named(json: &mut Json, text: &str, name: &str) {
    if text != name {
        json["text"] = text.into();
    }
}
