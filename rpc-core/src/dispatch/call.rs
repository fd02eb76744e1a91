//! A call on its way to a method, and the reply on its way back.

use std::future::Future;
use std::ops::Range;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::codec::{Arguments, Codec, Encode};
use crate::context::{Context, Scope};
use crate::metadata::ReplyParts;
use crate::schema::MethodSchema;
use crate::status::{Case, Status};

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
    taken: Option<oneshot::Sender<()>>,
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
        Call { cx, method, codec, frame, args, out, taken: None }
    }

    /// The call with somebody told when the transport has taken its bytes.
    pub(crate) fn announcing(mut self, taken: Option<oneshot::Sender<()>>) -> Call {
        self.taken = taken;
        self
    }

    /// Who waits for the transport to take the bytes.
    pub(crate) fn take_announcement(&mut self) -> Option<oneshot::Sender<()>> {
        self.taken.take()
    }

    /// The context.
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// The context, to put values into it or to change the deadline.
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

    /// Takes the call apart into what the method reads and what it writes.
    #[doc(hidden)]
    pub fn open(self) -> (Inbound, Outbound) {
        let Call { cx, method, codec, frame, args, out, .. } = self;
        let inbound = Inbound { cx, codec, frame, args };
        (inbound, Outbound { method, codec, out })
    }
}

/// What a method reads of its call.
#[doc(hidden)]
#[derive(Debug)]
pub struct Inbound {
    cx: Context,
    codec: Codec,
    frame: Bytes,
    args: Range<usize>,
}

impl Inbound {
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// Ends the tie to the caller, for a one-way method.
    pub(super) fn detach(&mut self) {
        self.cx.lift_deadline();
    }

    /// Decodes the arguments.
    pub fn decode<'a, A: Arguments<'a>>(&'a self) -> Result<A, Status> {
        let refused = |error| Status::of_case(Case::InvalidParams, format!("Invalid params: {error}"));
        self.codec.decode_args(self.frame.get(self.args.clone()).unwrap_or_default()).map_err(refused)
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
            Err(error) => {
                let status = error.into().in_package((self.method.service)().package);
                self.close(&cx, Err(if forwards { status.forward() } else { status }))
            }
        }
    }

    /// The method that is answered.
    pub(super) fn method(&self) -> &'static MethodSchema {
        self.method
    }

    /// The empty reply of a one-way method.
    pub(super) fn accept(mut self) -> Result<Reply, Status> {
        match self.codec.encode_value(&(), &mut self.out) {
            Ok(()) => Ok(Reply { value: Value::Written(self.out), parts: None }),
            Err(error) => Err(unencodable(&error)),
        }
    }

    fn close(self, cx: &Context, result: Result<(), Status>) -> Result<Reply, Status> {
        let parts = cx.take_reply();
        if let Some(invalid) = parts.as_ref().and_then(|parts| parts.invalid.as_ref()) {
            return Err(Status::internal(format!("the reply cannot be sent: {invalid}")));
        }
        match result {
            Ok(()) => Ok(Reply { value: Value::Written(self.out), parts: parts.map(Box::new) }),
            Err(status) => Err(match parts {
                Some(parts) => status.with_reply(parts),
                None => status,
            }),
        }
    }
}

fn unencodable(error: &dyn std::fmt::Display) -> Status {
    Status::of_case(Case::Internal, format!("the reply cannot be encoded: {error}"))
}

/// The reply to a call: its value, still encoded, and what it carries beside.
#[derive(Debug)]
pub struct Reply {
    value: Value,
    parts: Option<Box<ReplyParts>>,
}

#[derive(Debug)]
enum Value {
    /// In the buffer that came with the call, behind what the protocol wrote there.
    Written(Vec<u8>),
    /// A slice of what a client received.
    Received(Bytes),
}

impl Reply {
    /// A reply that a client received.
    pub(crate) fn received(value: Bytes, parts: ReplyParts) -> Reply {
        Reply { value: Value::Received(value), parts: Some(Box::new(parts)) }
    }

    /// What the reply carries beside its value.
    pub fn parts(&self) -> Option<&ReplyParts> {
        self.parts.as_deref()
    }

    /// What the reply carries beside its value, to be changed by a layer.
    pub fn parts_mut(&mut self) -> &mut ReplyParts {
        self.parts.get_or_insert_default()
    }

    /// The buffer, for the protocol to close, and what goes beside it.
    pub(crate) fn into_written(self) -> (Vec<u8>, Option<Box<ReplyParts>>) {
        match self.value {
            Value::Written(out) => (out, self.parts),
            Value::Received(bytes) => (bytes.into(), self.parts),
        }
    }

    /// The encoded value, for a client to decode.
    pub(crate) fn into_received(self) -> (Bytes, Option<Box<ReplyParts>>) {
        match self.value {
            Value::Written(out) => (out.into(), self.parts),
            Value::Received(bytes) => (bytes, self.parts),
        }
    }
}
