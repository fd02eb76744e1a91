//! From a call to a channel to whoever made it.

use std::sync::Arc;

use super::channel::{Channel, Defaults};
use crate::context::Context;
use crate::protocol::Caller;
use crate::schema::Protocol;
use crate::status::Status;

impl Context {
    /// A channel to whoever made this call, on the connection by which it came: for the services that the other end
    /// offers ([`ChannelBuilder::service`](crate::ChannelBuilder::service)). It may be kept; when the connection has
    /// ended, its calls are `UNAVAILABLE`.
    ///
    /// ```
    /// use polyrpc_core::{Channel, Context, Status};
    ///
    /// async fn handler(cx: &Context) -> Result<Channel, Status> {
    ///     let caller = cx.caller()?;
    ///     // ListenerClient::new(caller).progress(50).await?;
    ///     Ok(caller)
    /// }
    /// # let refused = Context::current().caller().unwrap_err();
    /// # assert_eq!(refused.code(), polyrpc_core::Code::FailedPrecondition);
    /// ```
    ///
    /// # Errors
    ///
    /// `FAILED_PRECONDITION` where the call came in a way that carries none back: only a session of JSON-RPC does (a
    /// WebSocket, a raw stream, or one request of lines).
    pub fn caller(&self) -> Result<Channel, Status> {
        let Some(caller) = self.get::<Arc<Caller>>() else {
            let came = self.protocol().map_or("no connection", Protocol::name);
            let text = format!(
                "the caller cannot be called: it came by {came}, and only a session of jsonrpc (a WebSocket, a raw \
                 stream, or one request of lines) goes both ways"
            );
            return Err(Status::failed_precondition(text));
        };
        let (target, framing) = (caller.target.clone(), Box::new(caller.framing.clone()));
        Ok(Channel::assemble("caller".to_owned(), target, framing, Defaults::default(), None))
    }
}
