//! How a value is written.

use serde::Serializer;

use crate::codec::proto::Writer;
use crate::codec::{Error, Step};
use crate::schema::Describe;

/// A value that can be written in every codec. `#[derive(Message)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel",
    label = "neither a known type nor a message",
    note = "add `#[derive(polyrpc::Message)]` to `{Self}`, or wrap it as `polyrpc::Json<{Self}>` if it knows serde alone"
)]
pub trait Encode: Describe {
    /// Writes the value as an element of a list, map, Option or oneof: always written. What proto3 cannot hold
    /// there (a list, a map, an Option) is wrapped in a message whose field 1 it is.
    ///
    /// If it fails, the last step that it leaves in the writer's error is the one to `tag`.
    fn proto_element(&self, tag: u32, out: &mut Writer<'_>);

    /// Writes the value as a field of a message: a scalar's default is left out.
    fn proto_field(&self, tag: u32, out: &mut Writer<'_>) {
        self.proto_element(tag, out);
    }

    /// Writes the value as a whole message: what is not a message itself is field 1 of one.
    fn proto_body(&self, out: &mut Writer<'_>) {
        let failed = out.failed();
        self.proto_field(1, out);
        if out.failed() && !failed {
            // the wrapper is no part of the value
            out.describe(Error::within);
        }
    }

    /// Writes a number without its key, as in a packed list.
    #[doc(hidden)]
    fn proto_packed(&self, _out: &mut Writer<'_>) {}

    /// A lower bound of the encoded size in bytes, so that large values need not be moved.
    fn proto_hint(&self) -> usize {
        0
    }

    /// Writes the value as text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Whether the texts leave the value out of a struct: None alone.
    fn is_absent(&self) -> bool {
        false
    }

    /// Whether the texts write the value as null, so that it cannot stand within an Option.
    fn is_null(&self) -> bool {
        false
    }

    /// A list of such values as bytes, if that is what it is: true of `u8` alone.
    #[doc(hidden)]
    fn as_bytes(_list: &[Self]) -> Option<&[u8]>
    where
        Self: Sized,
    {
        None
    }
}

/// Writes a message, its length before it.
pub fn message_element<T: Encode + ?Sized>(value: &T, tag: u32, out: &mut Writer<'_>) {
    nested(tag, value.proto_hint(), out, |out| value.proto_body(out));
}

/// Writes a message whose fields `body` writes; they are at least `hint` bytes.
pub fn nested(tag: u32, hint: usize, out: &mut Writer<'_>, body: impl FnOnce(&mut Writer<'_>)) {
    let mark = out.begin(tag, hint);
    let failed = out.failed();
    body(out);
    out.end(mark);
    if out.failed() && !failed {
        out.describe(|error| error.at(Step::Tag(tag)));
    }
}

/// Writes what proto3 cannot hold as an element: wrapped in a message whose field 1 it is.
pub(crate) fn wrapped_element<T: Encode + ?Sized>(value: &T, tag: u32, out: &mut Writer<'_>) {
    let mark = out.begin(tag, 0);
    let failed = out.failed();
    value.proto_field(1, out);
    out.end(mark);
    if out.failed() && !failed {
        out.describe(|error| error.replace(Step::Tag(tag)));
    }
}
