//! Proto files as descriptors: `google/protobuf/descriptor.proto`, whose field numbers these are. Fields are written
//! in ascending order, as protoc does, so that the bytes are protoc's own.

use super::Writer;
use crate::schema::Wire;
use crate::schema::proto::{
    Enum, Field, FieldType, File, Label, Message, Method, OptionValue, Scalar, Service, full as full_name,
    json_name,
};

/// A file as the bytes of a `google.protobuf.FileDescriptorProto`.
///
/// # Examples
///
/// ```
/// # use polyrpc_core::{codec::proto::file_descriptor, schema::proto};
/// for file in proto::files(&[])? {
///     println!("{}: {} bytes", file.path, file_descriptor(&file).len());
/// }
/// # Ok::<(), proto::SchemaError>(())
/// ```
pub fn file_descriptor(file: &File) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Out(Writer::new(&mut bytes));
    out.text(1, &file.path);
    if !file.package.is_empty() {
        out.text(2, &file.package);
    }
    file.imports.iter().for_each(|path| out.text(3, path));
    for message in &file.messages {
        out.message(4, |out| write_message(message, &full_name(&file.package, &message.name), out));
    }
    file.enums.iter().for_each(|unit| out.message(5, |out| write_enum(unit, out)));
    file.services.iter().for_each(|service| out.message(6, |out| write_service(service, out)));
    if !file.options.is_empty() {
        out.message(8, |out| {
            for option in &file.options {
                match option.value {
                    OptionValue::Bool(value) => out.number(option.tag, i64::from(value)),
                    OptionValue::Text(value) => out.text(option.tag, value),
                }
            }
        });
    }
    out.text(12, "proto3");
    bytes
}

/// Writes fields by their kind. Nothing of a descriptor can fail to be written.
struct Out<'a>(Writer<'a>);

impl Out<'_> {
    fn text(&mut self, tag: u32, text: &str) {
        self.0.bytes(tag, text.as_bytes());
    }

    fn number(&mut self, tag: u32, number: i64) {
        self.0.key(tag, Wire::Varint);
        self.0.varint(number as u64);
    }

    /// A bool, where it is true.
    fn flag(&mut self, tag: u32, flag: bool) {
        if flag {
            self.number(tag, 1);
        }
    }

    fn message(&mut self, tag: u32, body: impl FnOnce(&mut Self)) {
        let mark = self.0.begin(tag, 0);
        body(self);
        self.0.end(mark);
    }

    /// Options that hold one mark, where it is set.
    fn options(&mut self, tag: u32, deprecated: u32, set: bool) {
        if set {
            self.message(tag, |out| out.flag(deprecated, true));
        }
    }
}

fn write_message(message: &Message, full: &str, out: &mut Out<'_>) {
    out.text(1, &message.name);
    let oneofs = oneofs(message);
    for (index, field) in message.fields.iter().enumerate() {
        let oneof = oneofs.iter().position(|oneof| oneof.fields.contains(&index));
        out.message(2, |out| write_field(field, full, oneof, out));
    }
    for nested in &message.nested {
        out.message(3, |out| write_message(nested, &full_name(full, &nested.name), out));
    }
    for field in &message.fields {
        if let (FieldType::Map(key, value), Some(name)) = (&field.ty, field.entry_name()) {
            out.message(3, |out| write_entry(&name, *key, value, out));
        }
    }
    out.options(7, 3, message.deprecated);
    oneofs.iter().for_each(|oneof| out.message(8, |out| out.text(1, &oneof.name)));
    for tags in &message.reserved_tags {
        // The end of a range is the first number that is free again.
        let (start, end) = (i64::from(*tags.start()), i64::from(*tags.end()) + 1);
        out.message(9, |out| {
            out.number(1, start);
            out.number(2, end);
        });
    }
    message.reserved_names.iter().for_each(|name| out.text(10, name));
}

/// The message that an entry of a map is.
fn write_entry(name: &str, key: Scalar, value: &FieldType, out: &mut Out<'_>) {
    out.text(1, name);
    let field = |name: &str, tag: u32, ty: &FieldType, out: &mut Out<'_>| {
        out.message(2, |out| {
            out.text(1, name);
            out.number(3, i64::from(tag));
            out.number(4, OPTIONAL);
            write_type(ty, "", out);
            out.text(10, name);
        });
    };
    field("key", 1, &FieldType::Scalar(key), out);
    field("value", 2, value, out);
    out.message(7, |out| out.flag(7, true));
}

const OPTIONAL: i64 = 1;
const REPEATED: i64 = 3;

fn write_field(field: &Field, owner: &str, oneof: Option<usize>, out: &mut Out<'_>) {
    let repeated = field.label == Label::Repeated || matches!(field.ty, FieldType::Map(..));
    out.text(1, &field.name);
    out.number(3, i64::from(field.tag));
    out.number(4, if repeated { REPEATED } else { OPTIONAL });
    let entry = field.entry_name().map(|name| full_name(owner, &name)).unwrap_or_default();
    write_type(&field.ty, &entry, out);
    out.options(8, 3, field.deprecated);
    if let Some(index) = oneof {
        out.number(9, index as i64);
    }
    out.text(10, &json_name(&field.name));
    out.flag(17, field.label == Label::Optional);
}

/// The type, and its name where it has one; `entry` is that of a map's entry.
fn write_type(ty: &FieldType, entry: &str, out: &mut Out<'_>) {
    let (number, name) = match ty {
        FieldType::Scalar(scalar) => return out.number(5, scalar_number(*scalar)),
        FieldType::Message(name) => (11, name.as_str()),
        FieldType::Enum(name) => (14, name.as_str()),
        FieldType::Map(..) => (11, entry),
    };
    out.number(5, number);
    out.text(6, &format!(".{name}"));
}

fn scalar_number(scalar: Scalar) -> i64 {
    match scalar {
        Scalar::Double => 1,
        Scalar::Float => 2,
        Scalar::Int64 => 3,
        Scalar::Uint64 => 4,
        Scalar::Int32 => 5,
        Scalar::Bool => 8,
        Scalar::String => 9,
        Scalar::Bytes => 12,
        Scalar::Uint32 => 13,
    }
}

/// A oneof, and the places of its fields.
struct Oneof {
    name: String,
    fields: Vec<usize>,
}

/// The oneofs of a message: the real one, then one for each `optional` field
/// ([field_presence.md](https://github.com/protocolbuffers/protobuf/blob/main/docs/implementing_proto3_presence.md)).
fn oneofs(message: &Message) -> Vec<Oneof> {
    let places = |label| {
        let fields = message.fields.iter().enumerate();
        fields.filter(move |(_, field)| field.label == label).map(|(index, _)| index)
    };
    let mut oneofs = Vec::new();
    if let Some(name) = &message.oneof {
        oneofs.push(Oneof { name: name.clone(), fields: places(Label::Oneof).collect() });
    }
    for index in places(Label::Optional) {
        let field = &message.fields[index].name;
        let mut name = if field.starts_with('_') { field.clone() } else { format!("_{field}") };
        while message.fields.iter().any(|field| field.name == name)
            || oneofs.iter().any(|one| one.name == name)
        {
            name.insert(0, 'X');
        }
        oneofs.push(Oneof { name, fields: vec![index] });
    }
    oneofs
}

fn write_enum(unit: &Enum, out: &mut Out<'_>) {
    out.text(1, &unit.name);
    for value in &unit.values {
        out.message(2, |out| {
            out.text(1, &value.name);
            out.number(2, i64::from(value.number));
            out.options(3, 1, value.deprecated);
        });
    }
    out.options(3, 3, unit.deprecated);
}

fn write_service(service: &Service, out: &mut Out<'_>) {
    out.text(1, &service.name);
    service.methods.iter().for_each(|method| out.message(2, |out| write_method(method, out)));
    out.options(3, 33, service.deprecated);
}

fn write_method(method: &Method, out: &mut Out<'_>) {
    const IDEMPOTENT: i64 = 2;
    out.text(1, &method.name);
    out.text(2, &format!(".{}", method.input));
    out.text(3, &format!(".{}", method.output));
    if method.deprecated || method.idempotent {
        out.message(4, |out| {
            out.flag(33, method.deprecated);
            if method.idempotent {
                out.number(34, IDEMPOTENT);
            }
        });
    }
    out.flag(5, method.client_streaming);
    out.flag(6, method.server_streaming);
}
