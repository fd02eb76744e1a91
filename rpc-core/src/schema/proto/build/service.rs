//! From services to services.

use super::super::error::SchemaError;
use super::super::model::{Message, Method, Service};
use super::super::names;
use super::draft::{Draft, Named};
use super::fields::Owner;
use crate::schema::{MethodSchema, ServiceSchema, Type};

impl Draft {
    /// A service; the types that it names are added.
    pub(super) fn service(&mut self, schema: &'static ServiceSchema) -> Result<Service, SchemaError> {
        let mut methods = Vec::new();
        for method in schema.methods {
            methods.push(self.method(schema, method)?);
        }
        Ok(Service {
            name: schema.name.to_owned(),
            docs: schema.docs.to_owned(),
            deprecated: schema.deprecated,
            methods,
        })
    }

    fn method(&mut self, service: &ServiceSchema, method: &MethodSchema) -> Result<Method, SchemaError> {
        let (package, by) = (service.package, method.full_name());
        let name = format!("{}{}", service.name, method.grpc_name());
        let field = method.stream.map_or("value", |stream| stream.name);
        let input = self.body((method.request)(), (format!("{name}Request"), field), package, by)?;
        let output = self.body((method.response)(), (format!("{name}Response"), "result"), package, by)?;
        if let Type::Union(error) = (method.error)() {
            self.refer(Named::Union(error), package);
        }
        self.settle(by)?;
        Ok(Method {
            name: method.grpc_name().to_owned(),
            docs: method.docs.to_owned(),
            deprecated: method.deprecated,
            idempotent: method.idempotent,
            input,
            output,
            client_streaming: method.kind.takes_stream(),
            server_streaming: method.kind.gives_stream(),
        })
    }

    /// The full name of the message that a method takes or gives: the type itself if it is one, else a message
    /// `wrapper` whose field 1 it is.
    pub(super) fn body(
        &mut self,
        ty: &'static Type,
        (wrapper, field): (String, &str),
        package: &str,
        by: &str,
    ) -> Result<String, SchemaError> {
        let full = names::full(package, &wrapper);
        let mut message = Message::new(wrapper, Vec::new());
        match ty {
            Type::Message(schema) => return Ok(self.refer(Named::Message(schema), package)),
            Type::Union(schema) => return Ok(self.refer(Named::Union(schema), package)),
            Type::Unit => {}
            ty => {
                let owner = Owner::new(&full, package);
                let field = self.field(&owner, &mut message.nested, (field, 1), ty)?;
                message.fields.push(field);
            }
        }
        self.generate(package, message, format!("what {by} takes or gives"));
        Ok(full)
    }
}
