//! What is known of services and types before anything runs: the static schema.

pub mod compat;
#[cfg(feature = "server")]
mod example;
pub mod proto;
mod protocol;
mod service;
pub mod snapshot;
mod types;

#[cfg(feature = "server")]
pub(crate) use example::example;
pub use protocol::Protocol;
pub use service::{CallKind, MethodSchema, ServiceSchema, StreamArgument, SubscriptionNames};
pub use types::{
    Describe, EnumType, EnumValue, Field, MessageType, Type, TypeRef, UnionType, Variant, VariantShape, Wire,
};
