//! How a generated client makes one call.

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::channel::{Channel, Inner};
use crate::codec::{Arguments, Codec};
use crate::context::{Context, OutgoingCall};
use crate::dispatch::{Call, Received, Reply};
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
        let reply = self.0.send(call, &outgoing).await?;
        let (bytes, _) = reply.into_received();
        Ok(Received { method, codec: self.0.framing.codec(), bytes })
    }

    /// Makes a one-way call: returns when the transport has taken the bytes, and keeps the exchange open in
    /// the background until it is answered.
    #[doc(hidden)]
    pub async fn one_way<'a, A: Arguments<'a>>(
        &self,
        given: Option<&Context>,
        method: &'static MethodSchema,
        args: A,
    ) -> Result<Received, Status> {
        let (taken, on_taken) = oneshot::channel();
        let (call, outgoing) = self.0.prepare(given, method, args, Some(taken))?;
        let (answered, on_answer) = oneshot::channel();
        let inner = self.0.clone();
        let open = inner.background.enter();
        tokio::spawn(async move {
            let outcome = inner.send(call, &outgoing).await.map(drop);
            // Nobody waits for the answer any more when the bytes had been taken: the background keeps it.
            if let Err(late) = answered.send(outcome) {
                open.finish(late);
            }
        });
        let outcome = tokio::select! {
            biased;
            Ok(outcome) = on_answer => outcome,
            Ok(()) = on_taken => Ok(()),
            else => Err(Status::internal("the call ended without an outcome")),
        };
        // Nothing came: an empty message.
        outcome.map(|()| Received { method, codec: Codec::Proto, bytes: Bytes::new() })
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
        let default = method.timeout.or(self.defaults.deadline);
        let (cx, outgoing) =
            Context::outgoing(given, &self.defaults.metadata, default).map_err(Status::received)?;
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

    /// Sends a call and waits for its reply, up to the deadline, or until the handler that makes the call is
    /// cancelled itself.
    async fn send(&self, call: Call, outgoing: &OutgoingCall) -> Result<Reply, Status> {
        let exchange = async {
            let _permit = match &self.concurrency {
                // The semaphore is never closed.
                Some(limit) => limit.acquire().await.ok(),
                None => None,
            };
            self.target.invoke(call).await
        };
        let result = tokio::select! {
            biased;
            result = before(outgoing.deadline, exchange) => result,
            () = outgoing.parent_cancelled() => Err(Status::cancelled("the calling handler was cancelled")),
        };
        match result {
            Ok(mut reply) => {
                if let Some(slot) = &outgoing.reply {
                    slot.put(reply.parts_mut().clone());
                }
                Ok(reply)
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
            Ok(Err(status)) if status.code() == Code::Cancelled && Instant::now() >= at => Err(late()),
            Ok(result) => result,
            Err(_) => Err(late()),
        },
    }
}

fn late() -> Status {
    Status::deadline_exceeded("no reply came before the deadline")
}
