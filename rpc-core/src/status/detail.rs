//! One typed detail of a status, in whichever form it is at hand.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::codec::{self, Codec, Decode, Encode};
use crate::schema::Type;

/// What every type URL of a detail begins with (google.protobuf.Any).
const URL_PREFIX: &str = "type.googleapis.com/";

/// One typed detail of a [`Status`](super::Status): a message and the full name of its type.
///
/// It is encoded when a protocol asks for it, and decoded when the caller asks for a type.
#[derive(Clone)]
pub struct Detail {
    /// The full name (`shop.v1.OrderError`), or, until a service lends its package, the bare one.
    name: Cow<'static, str>,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Typed(Arc<dyn TypedDetail>),
    Proto(Bytes),
    Json(Arc<str>),
}

/// A value that can be encoded as a detail; every [`Encode`] type that may be shared between threads is one.
pub trait TypedDetail: Send + Sync + 'static {
    /// The value as a proto3 message.
    fn proto(&self) -> Result<Vec<u8>, codec::Error>;
    /// The value as JSON text.
    fn json(&self) -> Result<Vec<u8>, codec::Error>;
}

impl<T: Encode + Send + Sync + 'static> TypedDetail for T {
    fn proto(&self) -> Result<Vec<u8>, codec::Error> {
        let mut out = Vec::new();
        Codec::Proto.encode_value(self, &mut out).map(|()| out)
    }

    fn json(&self) -> Result<Vec<u8>, codec::Error> {
        let mut out = Vec::new();
        Codec::Json.encode_value(self, &mut out).map(|()| out)
    }
}

impl Detail {
    /// A detail that holds `value`.
    pub fn new<T: Encode + Send + Sync + 'static>(value: T) -> Detail {
        Detail { name: type_name::<T>(), value: Value::Typed(Arc::new(value)) }
    }

    /// A detail that arrived as google.protobuf.Any: its type URL and the bytes of the message.
    pub fn from_any(url: &str, bytes: impl Into<Bytes>) -> Detail {
        let name = url.strip_prefix(URL_PREFIX).unwrap_or(url);
        Detail { name: name.to_owned().into(), value: Value::Proto(bytes.into()) }
    }

    /// A detail that arrived as JSON text.
    pub(crate) fn from_json(name: &str, json: &str) -> Detail {
        Detail { name: name.to_owned().into(), value: Value::Json(json.into()) }
    }

    /// The full name of its type, for instance `shop.v1.OrderError`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type URL, as google.protobuf.Any has it.
    pub fn url(&self) -> String {
        match self.name.contains('/') {
            true => self.name.to_string(),
            false => format!("{URL_PREFIX}{}", self.name),
        }
    }

    /// The detail as a `T`, if it is one. A type without a package of its own is known by its bare name, for
    /// it stands in the package of whichever service raised it.
    pub fn decode<T>(&self) -> Option<T>
    where
        T: for<'de> Decode<'de>,
    {
        let wanted = type_name::<T>();
        let bare = self.name.rsplit('.').next();
        if self.name != wanted && bare != Some(&*wanted) {
            return None;
        }
        match &self.value {
            Value::Typed(value) => Codec::Proto.decode_value(&value.proto().ok()?).ok(),
            Value::Proto(bytes) => Codec::Proto.decode_value(bytes).ok(),
            Value::Json(text) => Codec::Json.decode_value(text.as_bytes()).ok(),
        }
    }

    pub(super) fn in_package(&mut self, package: &'static str) {
        if matches!(self.value, Value::Typed(_)) && !self.name.contains('.') && !package.is_empty() {
            self.name = format!("{package}.{}", self.name).into();
        }
    }

    /// The bytes of the message, where the detail can be had as such.
    pub(crate) fn proto(&self) -> Option<Bytes> {
        match &self.value {
            Value::Typed(value) => value.proto().ok().map(Bytes::from),
            Value::Proto(bytes) => Some(bytes.clone()),
            Value::Json(_) => None,
        }
    }

    /// The value as JSON text, where the detail can be had as such.
    pub(crate) fn json(&self) -> Option<Vec<u8>> {
        match &self.value {
            Value::Typed(value) => value.json().ok(),
            Value::Json(text) => Some(text.as_bytes().to_vec()),
            Value::Proto(_) => None,
        }
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detail").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The name of a message type: with its package if it has one of its own.
fn type_name<T: crate::schema::Describe>() -> Cow<'static, str> {
    let (package, name) = match T::ty() {
        Type::Message(message) => (message.package, message.name),
        Type::Union(union) => (union.package, union.name),
        Type::Enum(unit) => (unit.package, unit.name),
        _ => (None, std::any::type_name::<T>()),
    };
    match package {
        Some(package) => format!("{package}.{name}").into(),
        None => name.into(),
    }
}
