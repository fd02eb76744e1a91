//! What generated code asks of a method's return type and error type.

use std::marker::PhantomData;

use bytes::Bytes;

use super::call::{Inbound, Outbound};
use super::reply::Reply;
use crate::codec::{Codec, Decode, Direct, Encode};
use crate::schema::{Describe, MethodSchema, Type};
use crate::status::Status;

/// What a method returns: any `Result`, whatever alias it is written by.
#[diagnostic::on_unimplemented(
    message = "a method returns a `Result`, not `{Self}`",
    label = "write `polyrpc::Result<{Self}>`"
)]
pub trait Returns {
    /// What it gives when it fails.
    type Error;
    /// [`Direct`], if the type of its value is known.
    type Known;
}

impl<T: Describe, E> Returns for Result<T, E> {
    type Error = E;
    type Known = T::Known<Direct>;
}

/// What a one-way method returns: a `Result` of nothing.
#[diagnostic::on_unimplemented(
    message = "a one-way method returns a `Result<()>`, not `{Self}`",
    label = "nobody waits for an answer: write `polyrpc::Result<()>`"
)]
pub trait ReturnsNothing {
    /// What it gives when it fails, which the log alone gets.
    type Error;
    /// [`Direct`].
    type Known;
}

impl<E> ReturnsNothing for Result<(), E> {
    type Error = E;
    type Known = Direct;
}

/// How generated code turns what a method returns into a reply, and a reply into what a method returns: by way of
/// [`Returns::Known`], so that a type without a schema is one mistake with one message.
pub trait Answers<R> {
    /// The schema of the value.
    fn ty() -> &'static Type;
    /// Encodes what the handler returned; a bridge `forwards` the statuses that its client received.
    fn reply(outbound: Outbound, inbound: Inbound, returned: R, forwards: bool) -> Result<Reply, Status>;
    /// What became of a one-way call, for the log.
    fn outcome(returned: R) -> Result<(), Status>;
    /// What a client returns.
    fn receive(received: Result<Received, Status>) -> R;
}

impl<T, E> Answers<Result<T, E>> for Direct
where
    T: Encode + for<'de> Decode<'de>,
    E: From<Status> + Into<Status>,
{
    fn ty() -> &'static Type {
        T::ty()
    }

    fn reply(
        outbound: Outbound,
        inbound: Inbound,
        returned: Result<T, E>,
        forwards: bool,
    ) -> Result<Reply, Status> {
        outbound.finish(inbound, returned, forwards)
    }

    fn outcome(returned: Result<T, E>) -> Result<(), Status> {
        returned.map(drop).map_err(Into::into)
    }

    fn receive(received: Result<Received, Status>) -> Result<T, E> {
        received.and_then(|received| received.decode()).map_err(E::from)
    }
}

/// The result of a call, still encoded.
#[derive(Debug)]
pub struct Received {
    pub(crate) method: &'static MethodSchema,
    pub(crate) codec: Codec,
    pub(crate) bytes: Bytes,
}

impl Received {
    fn decode<T: for<'de> Decode<'de>>(&self) -> Result<T, Status> {
        self.codec.decode_value(&self.bytes).map_err(|error| {
            let method = self.method.full_name();
            Status::internal(format!("the result of {method} does not decode: {error}")).received()
        })
    }
}

/// Finds the schema of an error type, which not every one has: [`DescribedError`] is found before [`PlainError`].
#[derive(Debug)]
pub struct ErrorProbe<E>(PhantomData<E>);

impl<E> ErrorProbe<E> {
    /// The probe.
    pub const NEW: ErrorProbe<E> = ErrorProbe(PhantomData);
}

/// An error whose details are typed.
pub trait DescribedError {
    /// Its schema.
    fn ty(&self) -> &'static Type;
}

impl<E: Describe> DescribedError for ErrorProbe<E> {
    fn ty(&self) -> &'static Type {
        E::ty()
    }
}

/// An error that is a status alone.
pub trait PlainError {
    /// No schema.
    fn ty(&self) -> &'static Type;
}

impl<E> PlainError for &ErrorProbe<E> {
    fn ty(&self) -> &'static Type {
        &Type::Unit
    }
}
