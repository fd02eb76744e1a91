//! The macros of polyrpc. The crate `polyrpc` re-exports and documents them.

mod common;
mod message;
mod rpc_error;
mod service;

use proc_macro::TokenStream;

/// Makes a struct or enum travel in every protocol.
#[proc_macro_derive(Message, attributes(rpc, serde))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    message::derive(input.into()).into()
}

/// Makes a trait a service: a client that implements the trait, and what serves an implementation of it.
///
/// What `#[rpc(…)]` says of a method:
///
/// | key | what it means |
/// | --- | --- |
/// | `name = "…"` | its name in every protocol |
/// | `grpc = "…"`, `jsonrpc = "…"`, `xmlrpc = "…"` | its name in one of them |
/// | `jsonrpc(subscribe = "…", notification = "…", unsubscribe = "…")` | the names of a stream in JSON-RPC |
/// | `oneway` | nobody waits for an answer |
/// | `bare` | the single argument is the request message itself |
/// | `idempotent` | calling twice has the effect of calling once |
/// | `timeout = "2s"` | the client's deadline, where a call has no other; `ms`, `s`, `m`, `h` |
/// | `priority = 9` | how urgent its calls are, on transports that have priorities: 0 to 32767, the highest first |
/// | `attr(key = "value")` | pairs of your own, which layers read from the schema |
///
/// A priority is one of the whole call, in all protocols and for all kinds of calls; other transports do not look at it.
/// Calls that share one session of JSON-RPC (`?framing=…`, `ws:`, `exec:`, a channel that offers services) go over one
/// request, and have none of their own.
#[proc_macro_attribute]
pub fn service(attr: TokenStream, item: TokenStream) -> TokenStream {
    service::expand(attr.into(), item.into()).into()
}

/// Makes an enum of errors reach the caller as itself: `From<Status>`, `Into<Status>`, and what a message has.
///
/// ```ignore
/// #[derive(Debug, RpcError)]
/// pub enum OrderError {
///     /// A code and a message: the caller gets the variant itself.
///     #[rpc(NotFound, "no order {id:?}")]
///     NoSuchOrder { id: OrderId },
///     /// Logged under an id, which is all that the caller gets.
///     #[rpc(internal)]
///     Db(#[from] sqlx::Error),
///     /// Whatever the wire itself may raise, and the errors that the caller does not know.
///     #[rpc(status)]
///     Rpc(Status),
/// }
/// ```
///
/// With the messages given, as here, `Display`, `Error` and `From` for `#[from]` fields are written too, `{id}` and
/// `{0}` being fields. Without any, write them by hand or with thiserror: `Display` is then the status' message.
#[proc_macro_derive(RpcError, attributes(rpc, serde, from, source))]
pub fn derive_rpc_error(input: TokenStream) -> TokenStream {
    rpc_error::derive(input.into()).into()
}
