//! `system.stream.open`, `next` and `close`.

use std::future::ready;
use std::ops::Range;

use super::owner::Owner;
use super::table::{Cursors, OpenStream};
use crate::codec::xml::{parse_id, parse_next, parse_open};
use crate::dispatch::{Call, Invoke, Reply, ReplyFuture, no_such_method};
use crate::metadata::ReplyParts;
use crate::protocol::xmlrpc::introspect::{unknown, write};
use crate::protocol::xmlrpc::server::{Exchange, Written, invalid_params};
use crate::status::Status;

pub(in crate::protocol::xmlrpc) const OPEN: &str = "system.stream.open";
pub(in crate::protocol::xmlrpc) const NEXT: &str = "system.stream.next";
pub(in crate::protocol::xmlrpc) const CLOSE: &str = "system.stream.close";

/// What stands around the items of a `next`.
const ITEMS_HEAD: &[u8] = b"<value><struct><member><name>items</name><value><array><data>";
const ITEMS_TAIL: &[u8] = b"</data></array></value></member><member><name>done</name><value><boolean>";
const DONE_TAIL: &[u8] = b"</boolean></value></member></struct></value>";

impl Exchange<'_> {
    /// Opens a cursor. What the handler fails with before its stream begins is the fault of this call.
    pub(in crate::protocol::xmlrpc) async fn open(
        &self,
        params: Range<usize>,
        mut out: Vec<u8>,
    ) -> Result<Written, Status> {
        let (host, text) = (self.host, self.body.get(params.clone()).unwrap_or_default());
        let call = parse_open(text).map_err(|error| invalid_params(error.message()))?;
        let route = self.route(&call.method).ok_or_else(|| unknown(&call.method))?;
        if !route.method().kind.gives_stream() {
            return Err(invalid_params(format_args!("method: {} gives no stream", call.method)));
        }
        let owner = Owner::of(self.peer.as_deref());
        host.cursors.admit(&owner, &host.limits)?;
        let args = params.start + call.params.start..params.start + call.params.end;
        let mut reply = self.invoke(route, args, Vec::new()).await?;
        let items = reply.take_stream().ok_or_else(|| Status::internal("the reply is not a stream"))?;
        let ReplyParts { headers, trailers, .. } = std::mem::take(reply.parts_mut());
        let (items, deadline) = (Some(items.into_fill()), self.deadline.clone()?);
        let stream = OpenStream { items, failed: None, trailers, deadline };
        let id = host.cursors.add(stream, owner, &host.limits)?;
        write(&id, &mut out)?;
        Ok((out, Some(Box::new(ReplyParts { headers, ..ReplyParts::default() }))))
    }
}

/// Reads and closes cursors.
pub(in crate::protocol::xmlrpc) struct Reader(pub(in crate::protocol::xmlrpc) Cursors);

impl Invoke for Reader {
    fn invoke(&self, call: Call) -> ReplyFuture {
        let cursors = self.0.clone();
        match call.method().name {
            NEXT => Box::pin(async move { next(&cursors, call).await }),
            CLOSE => Box::pin(ready(call.answer(|params, out| {
                let id = parse_id(params).map_err(|error| invalid_params(error.message()))?;
                write(&cursors.remove(&id), out)
            }))),
            _ => no_such_method(call),
        }
    }
}

/// Reads a cursor. The deadline of this call bounds the waiting, not the stream.
async fn next(cursors: &Cursors, call: Call) -> Result<Reply, Status> {
    let deadline = call.context().deadline();
    let (id, max) = parse_next(call.args()).map_err(|error| invalid_params(error.message()))?;
    let max = usize::try_from(max).ok().filter(|max| *max > 0);
    let max = max.ok_or_else(|| invalid_params("max: at least 1"))?;
    let mut lease = cursors.take(&id)?;
    let mut out = call.into_out();
    out.extend_from_slice(ITEMS_HEAD);
    match lease.read(&mut out, max, deadline).await {
        Ok(done) => {
            out.extend_from_slice(ITEMS_TAIL);
            out.push(if done { b'1' } else { b'0' });
            out.extend_from_slice(DONE_TAIL);
            Ok(Reply::written(out, done.then(|| Box::new(lease.take_parts()))))
        }
        Err(mut status) => {
            let mut parts = lease.take_parts();
            if let Some(late) = status.take_reply() {
                parts.add(*late);
            }
            Err(status.with_reply(parts))
        }
    }
}
