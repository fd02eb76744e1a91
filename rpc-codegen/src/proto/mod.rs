//! `.proto` texts.

mod message;
mod scope;
mod service;
mod text;

use polyrpc_core::ServiceSchema;
use polyrpc_core::schema::proto::{File, SchemaError, files};

use scope::Names;
use text::Text;

/// A `.proto` file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtoFile {
    /// The path by which the others import it: `shop/v1.proto` for the package `shop.v1`.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// The `.proto` files of services, with their documentation: one for each package, ordered by path. They import each
/// other where types have a package of their own, and else nothing but protobuf's well-known files.
///
/// # Errors
///
/// What [`files`] refuses: two types of one name, say.
///
/// # Examples
///
/// ```
/// # let services = [];
/// for file in polyrpc_codegen::proto(&services)? {
///     println!("{}:\n{}", file.path, file.text);
/// }
/// # Ok::<(), polyrpc_core::schema::proto::SchemaError>(())
/// ```
pub fn proto(services: &[&'static ServiceSchema]) -> Result<Vec<ProtoFile>, SchemaError> {
    let files = files(services)?;
    let names = Names::new(&files);
    Ok(files.iter().map(|file| ProtoFile { path: file.path.clone(), text: render(file, &names) }).collect())
}

fn render(file: &File, names: &Names) -> String {
    let mut out = Text::default();
    out.line("// Made by polyrpc from Rust traits: what should change here is changed there.");
    out.part();
    out.line("syntax = \"proto3\";");
    if !file.package.is_empty() {
        out.part();
        out.line(&format!("package {};", file.package));
    }
    if !file.imports.is_empty() {
        out.part();
    }
    for path in &file.imports {
        out.line(&format!("import \"{path}\";"));
    }
    for service in &file.services {
        out.part();
        service::render(service, &file.package, names, &mut out);
    }
    for message in &file.messages {
        out.part();
        message::render(message, &file.package, names, &mut out);
    }
    for unit in &file.enums {
        out.part();
        message::render_enum(unit, &mut out);
    }
    out.finish()
}
