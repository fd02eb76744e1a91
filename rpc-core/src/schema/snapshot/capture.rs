//! Taking a snapshot of services.

use super::model::{Content, Field, Method, Shape, Snapshot, Value, Variant};
use super::ty::Ty;
use crate::schema::proto::full;
use crate::schema::{
    CallKind, MessageType, MethodSchema, Protocol, ServiceSchema, Type, TypeRef, VariantShape,
};

impl Snapshot {
    /// A snapshot of services, and of all types that they name.
    pub fn of(services: &[&'static ServiceSchema]) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for service in services {
            let methods = service.methods.iter().map(|method| {
                let package = service.package;
                (method.grpc_name().to_owned(), snapshot.method(method, package))
            });
            let methods = methods.collect();
            snapshot.services.insert(service.full_name.to_owned(), methods);
        }
        snapshot
    }

    fn method(&mut self, method: &MethodSchema, package: &str) -> Method {
        let error = (method.error)();
        Method {
            jsonrpc: method.spelling(Protocol::JsonRpc).concat(),
            xmlrpc: method.spelling(Protocol::XmlRpc).concat(),
            kind: kind(method.kind).to_owned(),
            bare: method.bare,
            request: self.ty((method.request)(), package),
            response: self.ty((method.response)(), package),
            error: (!matches!(error, Type::Unit)).then(|| self.ty(error, package)),
        }
    }

    fn ty(&mut self, ty: &Type, package: &str) -> Ty {
        let mut inner = |ty: &TypeRef| self.ty(ty(), package);
        Ty::Plain(
            match ty {
                Type::Option(some) => return Ty::Option(Box::new(inner(some))),
                Type::List(item) => return Ty::List(Box::new(inner(item))),
                Type::Map(key, value) => return Ty::Map(Box::new(inner(key)), Box::new(inner(value))),
                Type::Tuple(items) => return Ty::Tuple(items.iter().map(inner).collect()),
                Type::Message(schema) => {
                    let package = schema.package.unwrap_or(package);
                    return self.named(full(package, schema.name), |snapshot| Shape::Struct {
                        array: schema.array,
                        fields: snapshot.fields(schema, package),
                    });
                }
                Type::Enum(schema) => {
                    let values = schema.values.iter().map(|value| Value {
                        name: value.name.to_owned(),
                        text: value.text.to_owned(),
                        number: value.number,
                    });
                    let shape = Shape::Enum { values: values.collect(), other: schema.other };
                    return self.named(full(schema.package.unwrap_or(package), schema.name), |_| shape);
                }
                Type::Union(schema) => {
                    let package = schema.package.unwrap_or(package);
                    return self.named(full(package, schema.name), |snapshot| {
                        let variants = schema.variants.iter();
                        Shape::Union {
                            variants: variants.map(|variant| snapshot.variant(variant, package)).collect(),
                            other: schema.other,
                        }
                    });
                }
                plain => plain_name(plain),
            }
            .to_owned(),
        )
    }

    /// A named type, whose shape is added unless it is there already.
    fn named(&mut self, name: String, shape: impl FnOnce(&mut Snapshot) -> Shape) -> Ty {
        if !self.types.contains_key(&name) {
            // A type may name itself: something must stand there meanwhile.
            self.types.insert(name.clone(), Shape::Enum { values: Vec::new(), other: false });
            let shape = shape(self);
            self.types.insert(name.clone(), shape);
        }
        Ty::Named(name)
    }

    fn fields(&mut self, schema: &MessageType, package: &str) -> Vec<Field> {
        let fields = schema.fields.iter().map(|field| Field {
            name: field.name.to_owned(),
            text: field.text.to_owned(),
            tag: field.tag,
            ty: self.ty((field.ty)(), package),
            default: field.default,
        });
        fields.collect()
    }

    fn variant(&mut self, variant: &crate::schema::Variant, package: &str) -> Variant {
        Variant {
            name: variant.name.to_owned(),
            text: variant.text.to_owned(),
            tag: variant.tag,
            content: match variant.shape {
                VariantShape::Empty(_) => Content::Empty,
                VariantShape::Value(ty) => Content::Value(self.ty(ty(), package)),
                VariantShape::Fields(schema) => {
                    Content::Fields { array: schema.array, fields: self.fields(schema, package) }
                }
            },
        }
    }
}

fn kind(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Unary => "unary",
        CallKind::OneWay => "oneway",
        CallKind::ServerStreaming => "server streaming",
        CallKind::ClientStreaming => "client streaming",
        CallKind::Bidirectional => "bidirectional",
    }
}

fn plain_name(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::I8 => "i8",
        Type::I16 => "i16",
        Type::I32 => "i32",
        Type::I64 => "i64",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::String => "string",
        Type::Char => "char",
        Type::Uuid => "uuid",
        Type::Bytes => "bytes",
        Type::Timestamp => "timestamp",
        Type::Duration => "duration",
        Type::Value => "value",
        _ => "unit",
    }
}
