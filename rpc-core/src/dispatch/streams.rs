//! What generated code asks of the streams that a method takes and returns.

use super::call::{Inbound, Outbound};
use super::items::{Decoding, Encoding, Items, Origin, Pull};
use super::reply::Reply;
use crate::codec::{Codec, Decode, Direct, Encode, Unseen};
use crate::context::Context;
use crate::schema::{Describe, MethodSchema, Type};
use crate::status::Status;
use crate::streaming::Streaming;

/// What a streaming method returns: a `Result` of a stream.
#[diagnostic::on_unimplemented(
    message = "a streaming method returns a `Result` of a `polyrpc::Streaming`, not `{Self}`",
    label = "write `polyrpc::Result<polyrpc::Streaming<…>>`"
)]
pub trait ReturnsStream {
    /// What it gives when it fails before the stream begins.
    type Error;
    /// What ends the stream early.
    type ItemError;
    /// [`Direct`], if the type of the items is known.
    type Known;
}

impl<T: Describe, F, E> ReturnsStream for Result<Streaming<T, F>, E> {
    type Error = E;
    type ItemError = F;
    type Known = T::Known<Direct>;
}

/// How generated code turns the stream that a method returns into a reply, and a reply into that stream: by way of
/// [`ReturnsStream::Known`], as [`Answers`](super::Answers) does for a single value.
pub trait AnswersStream<R> {
    /// The schema of an item.
    fn ty() -> &'static Type;
    /// Streams what the handler returned; a bridge `forwards` the statuses that its client received.
    fn reply(outbound: Outbound, inbound: Inbound, returned: R, forwards: bool) -> Result<Reply, Status>;
    /// What a client returns.
    fn receive(received: Result<ReceivedStream, Status>) -> R;
}

impl<T, F, E> AnswersStream<Result<Streaming<T, F>, E>> for Direct
where
    T: Encode + for<'de> Decode<'de> + Send + 'static,
    F: From<Status> + Into<Status> + Send + 'static,
    E: From<Status> + Into<Status>,
{
    fn ty() -> &'static Type {
        T::ty()
    }

    fn reply(
        outbound: Outbound,
        inbound: Inbound,
        returned: Result<Streaming<T, F>, E>,
        forwards: bool,
    ) -> Result<Reply, Status> {
        outbound.stream(inbound, returned, forwards)
    }

    fn receive(received: Result<ReceivedStream, Status>) -> Result<Streaming<T, F>, E> {
        let ReceivedStream { method, codec, pull } = received?;
        Ok(Decoding::results(pull, codec, method))
    }
}

/// The items of a reply, still encoded.
pub struct ReceivedStream {
    pub(crate) method: &'static MethodSchema,
    pub(crate) codec: Codec,
    pub(crate) pull: std::pin::Pin<Box<dyn Pull>>,
}

impl std::fmt::Debug for ReceivedStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceivedStream").field("method", &self.method.full_name()).finish_non_exhaustive()
    }
}

/// A stream has a schema for the compiler's message alone where it stands for a value, which it is not.
#[doc(hidden)]
impl<T, E> Describe for Streaming<T, E> {
    type Known<X> = Unseen;

    fn ty() -> &'static Type {
        &Type::Unit
    }
}

/// An argument that is a stream.
#[diagnostic::on_unimplemented(
    message = "this argument is called `Streaming`, but is a `{Self}`",
    label = "a stream is a `polyrpc::Streaming`"
)]
pub trait StreamsIn {
    /// [`Direct`], if the type of the items is known.
    type Known;
}

impl<T: Describe, E> StreamsIn for Streaming<T, E> {
    type Known = T::Known<Direct>;
}

/// How generated code reads and sends an argument that is a stream: by way of [`StreamsIn::Known`].
pub trait AcceptsStream<S> {
    /// The schema of an item.
    fn ty() -> &'static Type;
    /// What the caller streams.
    fn accept(inbound: &mut Inbound) -> Result<S, Status>;
    /// The stream on its way to a server.
    fn upload(stream: S) -> Upload;
}

impl<T, E> AcceptsStream<Streaming<T, E>> for Direct
where
    T: Encode + for<'de> Decode<'de> + Send + 'static,
    E: From<Status> + Into<Status> + Send + 'static,
{
    fn ty() -> &'static Type {
        T::ty()
    }

    fn accept(inbound: &mut Inbound) -> Result<Streaming<T, E>, Status> {
        inbound.stream()
    }

    fn upload(stream: Streaming<T, E>) -> Upload {
        Upload(Box::new(|codec, method| {
            Items::outgoing(Encoding::new(stream, codec, method, Context::current(), Origin::Caller))
        }))
    }
}

/// A stream that a client sends, once it is known how.
#[doc(hidden)]
pub struct Upload(Box<dyn FnOnce(Codec, &'static MethodSchema) -> Items + Send>);

impl Upload {
    pub(crate) fn encode(self, codec: Codec, method: &'static MethodSchema) -> Items {
        (self.0)(codec, method)
    }
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Upload")
    }
}
