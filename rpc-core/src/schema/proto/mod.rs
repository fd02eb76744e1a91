//! The static schema as proto files: a model from which `.proto` texts, descriptors and reflection are made.
//!
//! [`files`] makes it of services. Each package is one file: `shop.v1` is `shop/v1.proto`. What Rust names, keeps
//! its name; what proto needs besides is named by its place, so that a name changes only when that place does:
//!
//! | what | its name |
//! | --- | --- |
//! | a request; a reply that is no message itself | `<Service><Method>Request`; `<Service><Method>Response` with the field `result` |
//! | the element of a list that is a list, map, Option or tuple | a message in the message of its field: `lines` → `LinesItem` |
//! | any other value that is one: of a map, in an Option, a tuple as a field | likewise, `pair` → `PairValue` |
//! | what a variant with one value holds, where that is one | a message in the enum's message, named as the variant |
//! | the field of such a message | `value`; of a tuple's `f0`, `f1` … |
//! | the oneof of an enum with data | `variant` (`variant_` where a variant is called so) |
//! | `()` as a field or element | `google.protobuf.Empty` |
//!
//! A type without a package of its own belongs to the package of the service, or of the type with a package of its
//! own, through which it is named.

mod build;
mod error;
mod imports;
mod model;
mod names;
mod symbols;
mod well_known;

pub use build::files;
pub use error::SchemaError;
pub use model::{
    Enum, EnumValue, Field, FieldType, File, FileOption, Label, Message, Method, OptionValue, Scalar, Service,
};
pub(crate) use names::full;
pub use names::json_name;
#[cfg(all(feature = "server", feature = "grpc"))]
pub(crate) use symbols::{Symbol, each as each_symbol};
pub use well_known::well_known_files;
