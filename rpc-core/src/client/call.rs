//! How a generated client makes one call.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::channel::{Channel, Inner};
use super::supervised::{Permit, Supervised};
use crate::codec::{Arguments, Codec};
use crate::context::{Context, OutgoingCall};
use crate::dispatch::{Call, Received, ReceivedStream, Reply, Upload};
use crate::schema::MethodSchema;
use crate::status::{Case, Code, Status};

impl Channel {
    /// Makes a unary call, and gives its result as it came. A `given` context stands for the current one.
    #[doc(hidden)]
    pub async fn unary<'a, A: Arguments<'a>>(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        args: A,
    ) -> Result<Received, Status> {
        let (call, outgoing) = self.0.prepare(given, method, args, None)?;
        let (reply, _permit) = self.0.send(call, &outgoing).await?;
        Ok(self.0.received(method, reply))
    }

    /// Makes a call whose result is a stream.
    #[doc(hidden)]
    pub async fn server_streaming<'a, A: Arguments<'a>>(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        args: A,
    ) -> Result<ReceivedStream, Status> {
        let (call, outgoing) = self.0.prepare(given, method, args, None)?;
        self.0.stream(method, call, outgoing).await
    }

    /// Makes a call whose argument is a stream.
    #[doc(hidden)]
    pub async fn client_streaming(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        upload: Upload,
    ) -> Result<Received, Status> {
        let (call, outgoing) = self.0.prepare_upload(given, method, upload)?;
        let (reply, _permit) = self.0.send(call, &outgoing).await?;
        Ok(self.0.received(method, reply))
    }

    /// Makes a call whose argument and result are streams.
    #[doc(hidden)]
    pub async fn bidirectional(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        upload: Upload,
    ) -> Result<ReceivedStream, Status> {
        let (call, outgoing) = self.0.prepare_upload(given, method, upload)?;
        self.0.stream(method, call, outgoing).await
    }

    /// Makes a one-way call: returns when the transport has taken the bytes, and keeps the exchange open in
    /// the background until it is answered.
    ///
    /// Up to there the call is its caller's: it ends with the handler that makes it, and at the deadline. From
    /// there on neither touches it.
    #[doc(hidden)]
    pub async fn one_way<'a, A: Arguments<'a>>(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        args: A,
    ) -> Result<Received, Status> {
        let (taken, on_taken) = oneshot::channel();
        let (mut call, waiting) = self.0.prepare(given, method, args, Some(taken))?;
        let background = waiting.in_background(self.0.timeout(method));
        call.context_mut().set_deadline(background.deadline);
        let inner = self.0.clone();
        let open = inner.background.enter();
        let mut exchange = Box::pin(async move { inner.send(call, &background).await.map(drop) });
        tokio::select! {
            biased;
            outcome = before(waiting.deadline, &mut exchange) => outcome.map_err(Status::received)?,
            Ok(()) = on_taken => drop(tokio::spawn(async move { open.finish(exchange.await) })),
            () = waiting.parent_cancelled() => return Err(caller_cancelled().received()),
        }
        // Nothing came: an empty message.
        Ok(Received { method, codec: Codec::Proto, bytes: Bytes::new() })
    }
}

impl Inner {
    /// Encodes a call, with the context that goes with it.
    fn prepare<'a, A: Arguments<'a>>(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        args: A,
        taken: Option<oneshot::Sender<()>>,
    ) -> Result<(Call, OutgoingCall), Status> {
        let (cx, outgoing) = self.context(given, method)?;
        let codec = self.framing.codec();
        let mut frame = Vec::with_capacity(128);
        self.framing.open(method, &mut frame);
        let start = frame.len();
        codec.encode_args(&args, &mut frame).map_err(|error| {
            Status::of_case(Case::InvalidParams, format!("the arguments cannot be sent: {error}")).received()
        })?;
        let end = frame.len();
        self.framing.close(method, &mut frame, start).map_err(Status::received)?;
        let call = Call::new(cx, method, codec, frame.into(), start..end, Vec::new()).announcing(taken);
        Ok((call, outgoing))
    }

    /// A call whose argument is a stream, with the context that goes with it.
    fn prepare_upload(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        upload: Upload,
    ) -> Result<(Call, OutgoingCall), Status> {
        let (cx, outgoing) = self.context(given, method)?;
        let codec = self.framing.codec();
        Ok((Call::streaming(cx, method, codec, upload.encode(codec, method), Vec::new()), outgoing))
    }

    fn context(
        &self,
        given: Option<&Context>,
        method: &MethodSchema,
    ) -> Result<(Context, OutgoingCall), Status> {
        Context::outgoing(given, &self.defaults.metadata, self.timeout(method)).map_err(Status::received)
    }

    /// How long a call may take that says nothing of it. The channel's default is for unary calls: a stream may
    /// last.
    fn timeout(&self, method: &MethodSchema) -> Option<Duration> {
        let default = self.defaults.deadline.filter(|_| !method.kind.is_streaming());
        method.timeout.or(default)
    }

    /// The result of a call.
    fn received(&self, method: &'static MethodSchema, reply: Reply) -> Received {
        let (bytes, _) = reply.into_received();
        Received { method, codec: self.framing.codec(), bytes }
    }

    /// Sends a call, and watches over the stream that answers it.
    async fn stream(
        &self,
        method: &'static MethodSchema,
        call: Call,
        mut outgoing: OutgoingCall,
    ) -> Result<ReceivedStream, Status> {
        let (mut reply, permit) = self.send(call, &outgoing).await?;
        outgoing.deadline = reply.deadline(outgoing.deadline);
        let missing = || Status::internal("the reply is not a stream").received();
        let items = reply.take_stream().ok_or_else(missing)?;
        // A service in this process may have said already what goes behind the items.
        let trailers = std::mem::take(&mut reply.parts_mut().trailers);
        let pull = Box::pin(Supervised::new(items, trailers, &outgoing, permit));
        Ok(ReceivedStream { method, codec: self.framing.codec(), pull })
    }

    /// Sends a call and waits for its reply, up to the deadline, or until the handler that makes the call is
    /// cancelled itself. The permit is the call's place under the channel's limit.
    async fn send(&self, call: Call, outgoing: &OutgoingCall) -> Result<(Reply, Permit), Status> {
        let exchange = async {
            let permit = match &self.concurrency {
                // The semaphore is never closed.
                Some(limit) => limit.clone().acquire_owned().await.ok(),
                None => None,
            };
            self.target.invoke(call).await.map(|reply| (reply, permit))
        };
        let result = tokio::select! {
            biased;
            result = before(outgoing.deadline, exchange) => result,
            () = outgoing.parent_cancelled() => Err(caller_cancelled()),
        };
        match result {
            Ok((mut reply, permit)) => {
                if let Some(slot) = &outgoing.reply {
                    slot.put(reply.parts_mut().clone());
                }
                Ok((reply, permit))
            }
            Err(mut status) => {
                if let (Some(slot), Some(parts)) = (&outgoing.reply, status.take_reply()) {
                    slot.put(*parts);
                }
                Err(status.received())
            }
        }
    }
}

async fn before<T>(
    deadline: Option<Instant>,
    exchange: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    match deadline {
        None => exchange.await,
        Some(at) => match timeout_at(at, exchange).await {
            // The server's clock may have been ahead, and cancelled the call first (PROTOCOL-HTTP2.md, "Client
            // Cancellation").
            Ok(Err(status)) if is_late(&status, at) => Err(late()),
            Ok(result) => result,
            Err(_) => Err(late()),
        },
    }
}

/// Whether a status says in other words that the deadline has passed.
pub(super) fn is_late(status: &Status, deadline: Instant) -> bool {
    status.code() == Code::Cancelled && Instant::now() >= deadline
}

fn late() -> Status {
    Status::deadline_exceeded("no reply came before the deadline")
}

pub(super) fn caller_cancelled() -> Status {
    Status::cancelled("the calling handler was cancelled")
}
