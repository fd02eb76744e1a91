//! Reflection itself: what layers see of it, and the files that clients do.

use crate::schema::proto::{Field, FieldType, File, Label, Message, Method, Scalar, Service, full};
use crate::schema::{CallKind, MethodSchema, ServiceSchema};

/// The method of `v1`, and that of `v1alpha`.
pub(super) static METHODS: [MethodSchema; 2] = [
    method("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", || &V1),
    method("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", || &V1ALPHA),
];

static V1: ServiceSchema =
    ServiceSchema::new("ServerReflection", "grpc.reflection.v1", "grpc.reflection.v1.ServerReflection")
        .methods(METHODS.split_at(1).0);

static V1ALPHA: ServiceSchema = ServiceSchema::new(
    "ServerReflection",
    "grpc.reflection.v1alpha",
    "grpc.reflection.v1alpha.ServerReflection",
)
.methods(METHODS.split_at(1).1);

const fn method(path: &'static str, service: fn() -> &'static ServiceSchema) -> MethodSchema {
    MethodSchema::new(0, "server_reflection_info", path, service).kind(CallKind::Bidirectional)
}

/// `v1` and `v1alpha`.
pub(super) const FILES: [fn() -> File; 2] = [|| file("v1"), || file("v1alpha")];

fn file(version: &str) -> File {
    let package = format!("grpc.reflection.{version}");
    let message = |name: &str| FieldType::Message(full(&package, name));
    let (text, bytes) = (FieldType::Scalar(Scalar::String), FieldType::Scalar(Scalar::Bytes));
    let number = FieldType::Scalar(Scalar::Int32);
    let (single, repeated, oneof) = (Label::Single, Label::Repeated, Label::Oneof);
    let mut file = File::new(format!("grpc/reflection/{version}/reflection.proto"), package.clone());
    file.messages = vec![
        with_oneof(
            "message_request",
            "ServerReflectionRequest",
            [
                ("host", 1, single, text.clone()),
                ("file_by_filename", 3, oneof, text.clone()),
                ("file_containing_symbol", 4, oneof, text.clone()),
                ("file_containing_extension", 5, oneof, message("ExtensionRequest")),
                ("all_extension_numbers_of_type", 6, oneof, text.clone()),
                ("list_services", 7, oneof, text.clone()),
            ],
        ),
        plain(
            "ExtensionRequest",
            [("containing_type", 1, single, text.clone()), ("extension_number", 2, single, number.clone())],
        ),
        with_oneof(
            "message_response",
            "ServerReflectionResponse",
            [
                ("valid_host", 1, single, text.clone()),
                ("original_request", 2, single, message("ServerReflectionRequest")),
                ("file_descriptor_response", 4, oneof, message("FileDescriptorResponse")),
                ("all_extension_numbers_response", 5, oneof, message("ExtensionNumberResponse")),
                ("list_services_response", 6, oneof, message("ListServiceResponse")),
                ("error_response", 7, oneof, message("ErrorResponse")),
            ],
        ),
        plain("FileDescriptorResponse", [("file_descriptor_proto", 1, repeated, bytes)]),
        plain(
            "ExtensionNumberResponse",
            [("base_type_name", 1, single, text.clone()), ("extension_number", 2, repeated, number.clone())],
        ),
        plain("ListServiceResponse", [("service", 1, repeated, message("ServiceResponse"))]),
        plain("ServiceResponse", [("name", 1, single, text.clone())]),
        plain("ErrorResponse", [("error_code", 1, single, number), ("error_message", 2, single, text)]),
    ];
    file.services.push(service(&package));
    file
}

fn service(package: &str) -> Service {
    let method = Method {
        name: "ServerReflectionInfo".into(),
        docs: String::new(),
        deprecated: false,
        idempotent: false,
        input: full(package, "ServerReflectionRequest"),
        output: full(package, "ServerReflectionResponse"),
        client_streaming: true,
        server_streaming: true,
    };
    Service { name: "ServerReflection".into(), docs: String::new(), deprecated: false, methods: vec![method] }
}

fn plain<const N: usize>(name: &str, fields: [(&str, u32, Label, FieldType); N]) -> Message {
    let fields = fields.into_iter().map(|(name, tag, label, ty)| Field::new(name, tag, label, ty));
    Message::new(name, fields.collect())
}

fn with_oneof<const N: usize>(
    oneof: &str,
    name: &str,
    fields: [(&str, u32, Label, FieldType); N],
) -> Message {
    Message { oneof: Some(oneof.to_owned()), ..plain(name, fields) }
}
