//! Messages and enums.

use polyrpc_core::schema::proto::{Enum, Field, FieldType, Label, Message};

use super::scope::{Names, join};
use super::text::Text;

pub(super) fn render(message: &Message, scope: &str, names: &Names, out: &mut Text) {
    let full = join(scope, &message.name);
    out.docs(&message.docs);
    out.block(&format!("message {}", message.name), |out| {
        if message.deprecated {
            out.line("option deprecated = true;");
        }
        reserved(message, out);
        for nested in &message.nested {
            out.part();
            render(nested, &full, names, out);
        }
        if !message.fields.is_empty() {
            out.part();
        }
        let in_oneof = |field: &&Field| field.label == Label::Oneof;
        if let Some(oneof) = &message.oneof {
            out.block(&format!("oneof {oneof}"), |out| {
                message
                    .fields
                    .iter()
                    .filter(in_oneof)
                    .for_each(|field| render_field(field, &full, names, out));
            });
        }
        for field in message.fields.iter().filter(|field| !in_oneof(field)) {
            render_field(field, &full, names, out);
        }
    });
}

fn reserved(message: &Message, out: &mut Text) {
    let tags = message.reserved_tags.iter().map(|tags| match (tags.start(), tags.end()) {
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start} to {end}"),
    });
    let names = message.reserved_names.iter().map(|name| format!("{name:?}"));
    for list in [tags.collect::<Vec<_>>(), names.collect()] {
        if !list.is_empty() {
            out.line(&format!("reserved {};", list.join(", ")));
        }
    }
}

fn render_field(field: &Field, scope: &str, names: &Names, out: &mut Text) {
    let label = match field.label {
        Label::Optional => "optional ",
        Label::Repeated => "repeated ",
        Label::Single | Label::Oneof => "",
    };
    let ty = type_name(&field.ty, scope, names);
    out.docs(&field.docs);
    out.line(&format!("{label}{ty} {} = {}{};", field.name, field.tag, deprecated(field.deprecated)));
}

fn type_name(ty: &FieldType, scope: &str, names: &Names) -> String {
    match ty {
        FieldType::Scalar(scalar) => scalar.keyword().to_owned(),
        FieldType::Message(full) | FieldType::Enum(full) => names.short(full, scope),
        FieldType::Map(key, value) => format!("map<{}, {}>", key.keyword(), type_name(value, scope, names)),
    }
}

pub(super) fn render_enum(unit: &Enum, out: &mut Text) {
    out.docs(&unit.docs);
    out.block(&format!("enum {}", unit.name), |out| {
        if unit.deprecated {
            out.line("option deprecated = true;");
        }
        for value in &unit.values {
            out.docs(&value.docs);
            out.line(&format!("{} = {}{};", value.name, value.number, deprecated(value.deprecated)));
        }
    });
}

fn deprecated(deprecated: bool) -> &'static str {
    if deprecated { " [deprecated = true]" } else { "" }
}
