//! A call on its way to a method, and the reply on its way back.

use std::future::Future;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::Invoke;
use super::items::{Decoding, Encoding, Items, Origin};
use super::reply::Reply;
use super::stacked::Bound;
use crate::codec::{Arguments, Codec, Decode, Encode};
use crate::context::{Context, Scope};
use crate::metadata::ReplyParts;
use crate::schema::MethodSchema;
use crate::status::{Case, Status};
use crate::streaming::Streaming;

/// One call: its context, its method, and its arguments, still encoded.
///
/// A layer sees it before the arguments are decoded; a method decodes them. `out` is the buffer in which the
/// protocol has already written what stands before the value: the reply is encoded behind it, once.
#[derive(Debug)]
pub struct Call {
    cx: Context,
    method: &'static MethodSchema,
    codec: Codec,
    frame: Bytes,
    args: Range<usize>,
    out: Vec<u8>,
    rare: Option<Box<Rare>>,
}

/// What few calls have; apart, so that the others are not moved about with room for it.
#[derive(Debug, Default)]
struct Rare {
    stream: Option<Items>,
    taken: Option<oneshot::Sender<()>>,
    bound: Option<Bound>,
    /// Whether it is made once more.
    again: bool,
}

impl Call {
    /// A call of `method` with the arguments that stand at `args` in `frame`.
    pub(crate) fn new(
        cx: Context,
        method: &'static MethodSchema,
        codec: Codec,
        frame: Bytes,
        args: Range<usize>,
        out: Vec<u8>,
    ) -> Call {
        Call { cx, method, codec, frame, args, out, rare: None }
    }

    /// A call of a method whose argument is a stream.
    pub(crate) fn streaming(
        cx: Context,
        method: &'static MethodSchema,
        codec: Codec,
        items: Items,
        out: Vec<u8>,
    ) -> Call {
        let rare = Box::new(Rare { stream: Some(items), ..Rare::default() });
        Call { rare: Some(rare), ..Call::new(cx, method, codec, Bytes::new(), 0..0, out) }
    }

    /// The same call with the arguments that stand at `args` in `frame`.
    #[cfg(all(feature = "xmlrpc", feature = "client"))]
    pub(crate) fn framed(self, frame: Bytes, args: Range<usize>) -> Call {
        Call { frame, args, ..self }
    }

    /// The same call once more, for a layer that may have to make it again; none for a call whose argument is a
    /// stream. It is cancelled by itself, and its reply carries what was asked for up to now.
    ///
    /// ```
    /// use polyrpc_core::{Call, Code, Next, from_fn};
    ///
    /// let twice = from_fn(|call: Call, next: Next| async move {
    ///     let again = call.try_clone();
    ///     match (next.clone().run(call).await, again) {
    ///         (Err(status), Some(again)) if status.code() == Code::Unavailable => next.run(again).await,
    ///         (result, _) => result,
    ///     }
    /// });
    /// # let _ = twice;
    /// ```
    pub fn try_clone(&self) -> Option<Call> {
        if self.method.kind.takes_stream() {
            return None;
        }
        Some(Call {
            cx: self.cx.again(),
            method: self.method,
            codec: self.codec,
            frame: self.frame.clone(),
            args: self.args.clone(),
            out: self.out.clone(),
            rare: Some(Box::new(Rare {
                bound: self.rare.as_ref().and_then(|rare| rare.bound.clone()),
                again: true,
                ..Rare::default()
            })),
        })
    }

    /// Whether it was made before, with the same frame.
    #[cfg(all(feature = "jsonrpc", feature = "client"))]
    pub(crate) fn is_again(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.again)
    }

    /// The call on its way through layers, behind which `target` answers it.
    pub(super) fn bound_for(mut self, target: Arc<dyn Invoke>) -> Call {
        let bound = Bound { target, deadline: self.cx.deadline() };
        self.rare.get_or_insert_default().bound = Some(bound);
        self
    }

    /// Where the layers hand it.
    pub(super) fn take_bound(&mut self) -> Option<Bound> {
        self.rare.as_mut()?.bound.take()
    }

    /// The argument that is a stream, for the protocol to send.
    pub(crate) fn take_stream(&mut self) -> Option<Items> {
        self.rare.as_mut()?.stream.take()
    }

    /// The call with somebody told when the transport has taken its bytes.
    pub(crate) fn announcing(mut self, taken: Option<oneshot::Sender<()>>) -> Call {
        if taken.is_some() {
            self.rare.get_or_insert_default().taken = taken;
        }
        self
    }

    /// Who waits for the transport to take the bytes.
    pub(crate) fn take_announcement(&mut self) -> Option<oneshot::Sender<()>> {
        self.rare.as_mut()?.taken.take()
    }

    /// The context.
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// The context, to put values and metadata into it or to bring the deadline forward.
    pub fn context_mut(&mut self) -> &mut Context {
        &mut self.cx
    }

    /// The method: one schema, whatever spelling the caller used.
    pub fn method(&self) -> &'static MethodSchema {
        self.method
    }

    /// How the arguments are encoded, and the value of the reply will be.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The arguments, still encoded.
    pub fn args(&self) -> &[u8] {
        self.frame.get(self.args.clone()).unwrap_or_default()
    }

    /// All that the protocol made of the arguments: what a client sends.
    pub(crate) fn frame(&self) -> &Bytes {
        &self.frame
    }

    /// Answers it with what `write` appends of its arguments: what a protocol knows by itself.
    #[cfg(any(feature = "grpc", feature = "xmlrpc"))]
    pub(crate) fn answer(
        self,
        write: impl FnOnce(&[u8], &mut Vec<u8>) -> Result<(), Status>,
    ) -> Result<Reply, Status> {
        let (inbound, mut outbound) = self.open();
        let result = write(inbound.frame.get(inbound.args.clone()).unwrap_or_default(), &mut outbound.out);
        outbound.close(&inbound.cx, result)
    }

    /// The buffer in which the protocol has written, for a reply that is written by hand.
    #[cfg(all(feature = "xmlrpc", feature = "server"))]
    pub(crate) fn into_out(self) -> Vec<u8> {
        self.out
    }

    /// Takes the call apart into what the method reads and what it writes.
    #[doc(hidden)]
    pub fn open(self) -> (Inbound, Outbound) {
        let Call { cx, method, codec, frame, args, out, rare } = self;
        let inbound = Inbound { cx, method, codec, frame, args, rare };
        (inbound, Outbound { method, codec, out })
    }
}

/// What a method reads of its call.
#[doc(hidden)]
#[derive(Debug)]
pub struct Inbound {
    cx: Context,
    method: &'static MethodSchema,
    codec: Codec,
    frame: Bytes,
    args: Range<usize>,
    rare: Option<Box<Rare>>,
}

impl Inbound {
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// Ends the tie to the caller, for a one-way method.
    pub(super) fn detach(&mut self) {
        self.cx.set_deadline(None);
    }

    /// Decodes the arguments.
    pub fn decode<'a, A: Arguments<'a>>(&'a self) -> Result<A, Status> {
        let refused = |error| Status::of_case(Case::InvalidParams, format!("Invalid params: {error}"));
        self.codec.decode_args(self.frame.get(self.args.clone()).unwrap_or_default()).map_err(refused)
    }

    /// The argument that is a stream.
    pub(super) fn stream<T, E>(&mut self) -> Result<Streaming<T, E>, Status>
    where
        T: for<'de> Decode<'de> + 'static,
        E: From<Status> + 'static,
    {
        let missing = || Status::of_case(Case::InvalidParams, "Invalid params: there is no stream");
        let items = self.rare.as_mut().and_then(|rare| rare.stream.take()).ok_or_else(missing)?;
        Ok(Decoding::arguments(items.into_pull(), self.codec, self.method))
    }

    /// Makes the call's context the current one while `handler` is polled.
    pub fn scope<F: Future>(&self, handler: F) -> Scope<'_, F> {
        Scope::new(&self.cx, handler)
    }
}

/// Where a method writes its reply.
#[doc(hidden)]
#[derive(Debug)]
pub struct Outbound {
    method: &'static MethodSchema,
    codec: Codec,
    out: Vec<u8>,
}

impl Outbound {
    /// Encodes what the handler returned; a bridge `forwards` the statuses that its client received.
    pub fn finish<T: Encode, E: Into<Status>>(
        mut self,
        inbound: Inbound,
        result: Result<T, E>,
        forwards: bool,
    ) -> Result<Reply, Status> {
        // The memory of a large request can take the reply.
        let Inbound { cx, frame, .. } = inbound;
        drop(frame);
        match result {
            Ok(value) => {
                let encoded = self.codec.encode_value(&value, &mut self.out);
                self.close(&cx, encoded.map_err(|error| unencodable(&error)))
            }
            Err(error) => Err(failed(error.into(), self.method, &cx, forwards)),
        }
    }

    /// The reply, if its value was written, with what the handler asked it to carry.
    fn close(self, cx: &Context, written: Result<(), Status>) -> Result<Reply, Status> {
        let parts = sendable(cx)?;
        match written {
            Ok(()) => Ok(Reply::written(self.out, parts)),
            Err(status) => Err(with_parts(status, parts)),
        }
    }

    /// Streams what the handler returned; the call lasts as long as the stream.
    pub(super) fn stream<T, F, E>(
        self,
        inbound: Inbound,
        result: Result<Streaming<T, F>, E>,
        forwards: bool,
    ) -> Result<Reply, Status>
    where
        T: Encode + Send + 'static,
        F: Into<Status> + Send + 'static,
        E: Into<Status>,
    {
        let (cx, origin) = (inbound.cx, Origin::Handler { forwards });
        match result {
            Ok(stream) => {
                let parts = sendable(&cx)?;
                let items = Encoding::new(stream, self.codec, self.method, cx, origin);
                Ok(Reply::written(self.out, parts).streaming(Items::outgoing(items)))
            }
            Err(error) => Err(failed(error.into(), self.method, &cx, forwards)),
        }
    }

    /// The method that is answered.
    pub(super) fn method(&self) -> &'static MethodSchema {
        self.method
    }

    /// The empty reply of a one-way method.
    pub(super) fn accept(mut self) -> Result<Reply, Status> {
        match self.codec.encode_value(&(), &mut self.out) {
            Ok(()) => Ok(Reply::written(self.out, None)),
            Err(error) => Err(unencodable(&error)),
        }
    }
}

/// What the handler asked the reply to carry.
///
/// # Errors
///
/// `INTERNAL` for what cannot be sent.
fn sendable(cx: &Context) -> Result<Option<Box<ReplyParts>>, Status> {
    let parts = cx.take_reply();
    match parts.as_ref().and_then(|parts| parts.invalid.as_ref()) {
        Some(invalid) => Err(Status::internal(format!("the reply cannot be sent: {invalid}"))),
        None => Ok(parts),
    }
}

/// The status of a handler that failed, with what it asked the reply to carry.
fn failed(status: Status, method: &MethodSchema, cx: &Context, forwards: bool) -> Status {
    let status = status.in_package((method.service)().package);
    match sendable(cx) {
        Ok(parts) => with_parts(if forwards { status.forward() } else { status }, parts),
        Err(invalid) => invalid,
    }
}

fn with_parts(status: Status, parts: Option<Box<ReplyParts>>) -> Status {
    match parts {
        Some(parts) => status.with_reply(*parts),
        None => status,
    }
}

pub(super) fn unencodable(error: &dyn std::fmt::Display) -> Status {
    Status::of_case(Case::Internal, format!("the reply cannot be encoded: {error}"))
}
