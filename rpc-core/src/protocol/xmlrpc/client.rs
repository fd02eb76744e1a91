//! The client's side: a call to a request, a response to a reply.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{StatusCode, Uri, Version};

use super::elements::Elements;
use super::reading::{Cursor, Reading};
use super::{ARRAY, MEDIA_TYPE, fault, is_media_type};
use crate::codec::Codec;
use crate::codec::xml::{
    self, CALL_TAIL, Dialect, XmlError, parse_array, parse_response, read_value, write_call_head, write_open,
};
use crate::dispatch::{Call, Items, Reply};
use crate::protocol::{
    ClientProtocol, Framing, Http, append, excerpt, foreign, post, post_frame, reply, uri,
};
use crate::schema::{CallKind, MethodSchema, Protocol};
use crate::status::{Code, Status};

/// Where calls go when the endpoint has no path: what other clients do, too.
pub(crate) const DEFAULT_PATH: &str = "/RPC2";

/// What the head of a call ends with.
const HEAD_TAIL: &[u8] = b"</methodName>";

/// XML-RPC, as a client speaks it.
#[derive(Debug)]
pub(crate) struct Client {
    /// Largest message in bytes that is read.
    limit: usize,
    uri: Uri,
    dialect: Dialect,
    /// Whether the server has answered a stream by an array, and no call of a cursor.
    without_cursors: AtomicBool,
}

impl Client {
    /// A client that posts to `path`, where the server knows the `extensions` or not.
    pub(crate) fn new(limit: usize, path: &str, extensions: bool) -> Result<Client, Status> {
        let dialect = if extensions { Dialect::EXTENDED } else { Dialect::PLAIN };
        Ok(Client { limit, uri: uri(path)?, dialect, without_cursors: AtomicBool::new(false) })
    }
}

impl Framing for Client {
    fn codec(&self) -> Codec {
        Codec::Xml(self.dialect)
    }

    fn open(&self, method: &'static MethodSchema, frame: &mut Vec<u8>) {
        // A name that XML cannot carry ends the head too early, and `close` refuses it.
        let _ = write_call_head(&method.spelling(Protocol::XmlRpc).concat(), frame);
    }

    fn close(&self, method: &'static MethodSchema, frame: &mut Vec<u8>, start: usize) -> Result<(), Status> {
        if !frame.get(..start).is_some_and(|head| head.ends_with(HEAD_TAIL)) {
            let name = method.spelling(Protocol::XmlRpc).concat();
            return Err(Status::invalid_argument(format!("XML cannot carry the method name {name:?}")));
        }
        frame.extend_from_slice(CALL_TAIL);
        Ok(())
    }
}

impl ClientProtocol for Client {
    const VERSION: Version = Version::HTTP_11;

    async fn call(&self, http: &impl Http, mut call: Call) -> Result<Reply, Status> {
        if let Some(items) = call.take_stream() {
            call = self.gathered(call, items).await?;
        }
        if !call.method().kind.gives_stream() {
            return self.direct(http, &mut call).await;
        }
        if !self.without_cursors.load(Ordering::Relaxed) {
            match self.open_cursor(http, &call).await {
                Err(status) if lacks_cursors(&status) => {}
                opened => return opened,
            }
        }
        let reply = self.direct(http, &mut call).await?;
        self.without_cursors.store(true, Ordering::Relaxed);
        elements(reply)
    }
}

impl Client {
    /// Makes the call as it stands.
    async fn direct(&self, http: &impl Http, call: &mut Call) -> Result<Reply, Status> {
        let one_way = call.method().kind == CallKind::OneWay;
        let response = http.send_call(call, post(&self.uri, MEDIA_TYPE, call)).await?;
        reply(response, self.limit, |status, headers, data| result(one_way, status, headers, data)).await
    }

    /// The call whose one argument is all that the caller streams, in an array.
    async fn gathered(&self, call: Call, items: Items) -> Result<Call, Status> {
        let (mut frame, method) = (Vec::with_capacity(256), call.method());
        self.open(method, &mut frame);
        let start = frame.len();
        frame.extend_from_slice(b"<params><param>");
        append(items, ARRAY, self.limit, &mut frame).await?;
        frame.extend_from_slice(b"</param></params>");
        let end = frame.len();
        self.close(method, &mut frame, start)?;
        Ok(call.framed(frame.into(), start..end))
    }

    /// Opens a cursor, by which the reply is read.
    async fn open_cursor(&self, http: &impl Http, call: &Call) -> Result<Reply, Status> {
        let (cx, mut frame) = (call.context(), Vec::with_capacity(call.frame().len() + 256));
        let name = call.method().spelling(Protocol::XmlRpc).concat();
        write_open(&name, call.args(), &mut frame).map_err(unsendable)?;
        let headers = cx.metadata().headers().clone();
        let request = post_frame(&self.uri, MEDIA_TYPE, headers.clone(), cx.remaining(), frame.into());
        let response = http.send(Some(call.method()), request).await?;
        let read = |status, headers: &_, data| result(false, status, headers, data);
        let mut reply = reply(response, self.limit, read).await?;
        let parts = std::mem::take(reply.parts_mut());
        let (value, _) = reply.into_received();
        let id: String = read_value(&value).map_err(|error| {
            Status::internal(format!("system.stream.open answered no id: {error}")).with_reply(parts.clone())
        })?;
        let (http, uri, method) = (http.clone(), self.uri.clone(), call.method());
        let cursor = Cursor { http, uri, method, headers, id, limit: self.limit };
        Ok(Reply::receiving(Items::incoming(Reading::new(cursor)), parts))
    }
}

/// Whether a failure to open a cursor says that the server knows none: no such method, or a fault with a number of
/// somebody else's.
fn lacks_cursors(status: &Status) -> bool {
    status.code() == Code::Unimplemented || status.foreign_number().is_some()
}

/// The reply whose items are those of its result.
fn elements(mut reply: Reply) -> Result<Reply, Status> {
    let parts = std::mem::take(reply.parts_mut());
    let (result, _) = reply.into_received();
    match parse_array(&result) {
        Ok(array) => Ok(Reply::receiving(Items::incoming(Elements::new(result, array)), parts)),
        Err(error) => {
            let text = format!("the result is not an array of the stream's items: {error}");
            Err(Status::internal(text).with_reply(parts))
        }
    }
}

fn unsendable(error: XmlError) -> Status {
    Status::invalid_argument(format!("the call cannot be sent: {error}"))
}

/// The result that a response carries.
pub(super) fn result(
    one_way: bool,
    status: StatusCode,
    headers: &HeaderMap,
    data: Bytes,
) -> Result<Bytes, Status> {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_xml = content_type.is_none_or(|value| std::str::from_utf8(value).is_ok_and(is_media_type));
    let fault = || match parse_response(&data) {
        Ok(xml::Response::Fault { code, message }) if is_xml => Some(fault::read(code, message, headers)),
        _ => None,
    };
    if !status.is_success() {
        return Err(fault().unwrap_or_else(|| foreign(status, &data)));
    }
    if one_way {
        // Whatever answers a one-way call, only a fault is worth reading.
        return fault().map_or(Ok(Bytes::from_static(b"<value><nil/></value>")), Err);
    }
    if data.is_empty() {
        return Err(Status::internal(format!("the server answered HTTP {status} without a body")));
    }
    if !is_xml {
        let (kind, text) = (excerpt(content_type.unwrap_or_default()), excerpt(&data));
        return Err(Status::internal(format!("the response has content-type `{kind}`, not XML: {text}")));
    }
    match parse_response(&data) {
        Ok(xml::Response::Value(range)) => Ok(data.slice(range)),
        Ok(xml::Response::Fault { code, message }) => Err(fault::read(code, message, headers)),
        Err(error) => {
            let text = excerpt(&data);
            Err(Status::internal(format!("the response is not XML-RPC: {error}: {text}")))
        }
    }
}
