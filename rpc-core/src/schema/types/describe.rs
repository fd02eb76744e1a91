//! The schema of a Rust type.

use super::Type;

/// A type that has a schema. `#[derive(Message)]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel",
    label = "neither a known type nor a message",
    note = "add `#[derive(polyrpc::Message)]` to `{Self}`, or wrap it as `polyrpc::Json<{Self}>` if it knows serde alone"
)]
pub trait Describe {
    /// The schema.
    fn ty() -> &'static Type;

    /// `X`, if this type is known, which generated code asks of each type before it uses it. Of one that is not, and
    /// of what holds one, the compiler says so once: there is no type then about which it could say more.
    #[doc(hidden)]
    type Known<X>;

    /// How a scalar stands in a packed list; None for what is not a number.
    #[doc(hidden)]
    const PACKED: Option<Wire> = None;

    /// Whether a list of these is bytes: true of `u8` alone.
    #[doc(hidden)]
    const BYTES: bool = false;

    /// Whether None is one of its values. An Option of such a type is refused, for the texts could not tell the
    /// two Nones apart.
    #[doc(hidden)]
    const OPTIONAL: bool = false;

    /// Fails to compile for a type that is put together wrongly.
    #[doc(hidden)]
    const CHECK: () = ();
}

/// The wire types of protobuf
/// ([encoding, message structure](https://protobuf.dev/programming-guides/encoding/#structure)).
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Varint,
    Fixed64,
    Length,
    GroupStart,
    GroupEnd,
    Fixed32,
}
