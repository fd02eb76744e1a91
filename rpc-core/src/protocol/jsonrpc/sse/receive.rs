//! The items of an answer that streams, as they arrive.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body as _;
use polyrpc_transports::Body;

use super::message::{Message, read};
use super::parser::{Parser, TooLong};
use crate::dispatch::Pull;
use crate::metadata::{Metadata, ReplyParts};
use crate::protocol::jsonrpc::elements::Elements;
use crate::protocol::{excerpt, torn_response};
use crate::status::Status;

/// The items in the events of a body.
pub(in crate::protocol::jsonrpc) struct Receiving {
    /// None once the response was read.
    body: Option<Body>,
    parser: Parser,
    limit: usize,
    /// The id of the call.
    sent: String,
    /// Whether an item came.
    begun: bool,
    /// The items of a server that sent all of them in the response.
    gathered: Option<Elements>,
    parts: Option<Box<ReplyParts>>,
}

impl Receiving {
    /// The items of the answer to the call with the id `sent`, each of at most `limit` bytes.
    pub(in crate::protocol::jsonrpc) fn new(body: Body, sent: &str, limit: usize) -> Receiving {
        Receiving {
            body: Some(body),
            parser: Parser::new(limit),
            limit,
            sent: sent.to_owned(),
            begun: false,
            gathered: None,
            parts: None,
        }
    }

    /// The next item among the events that came.
    fn next(&mut self) -> Result<Option<Bytes>, Status> {
        let too_long = |TooLong| {
            Status::resource_exhausted(format!(
                "a message of the stream is over the limit of {} bytes",
                self.limit
            ))
        };
        while let Some(event) = self.parser.next().map_err(too_long)? {
            match read(&event, &self.sent) {
                Ok(Message::Item(item)) => {
                    self.begun = true;
                    return Ok(Some(item));
                }
                Ok(Message::Other) => {}
                Ok(Message::End(result, metadata)) => return self.end(result, metadata),
                Err((status, metadata)) => return Err(status.with_reply(trailers(metadata))),
            }
        }
        Ok(None)
    }

    /// Reads the response.
    fn end(&mut self, result: Bytes, metadata: Metadata) -> Result<Option<Bytes>, Status> {
        self.body = None;
        self.parts = Some(Box::new(trailers(metadata)));
        match result.first() {
            Some(b'n') => Ok(None),
            Some(b'[') if !self.begun => {
                self.gathered = Some(Elements::new(result));
                Ok(None)
            }
            _ => Err(Status::internal(format!("the stream ended with a result: {}", excerpt(&result)))),
        }
    }
}

fn trailers(metadata: Metadata) -> ReplyParts {
    ReplyParts { trailers: metadata, ..ReplyParts::default() }
}

impl Pull for Receiving {
    fn poll_item(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Status>> {
        let this = &mut *self;
        loop {
            match (&mut this.gathered, &this.body) {
                (Some(gathered), _) => return Pin::new(gathered).poll_item(cx),
                (None, None) => return Poll::Ready(Ok(None)),
                (None, Some(_)) => {}
            }
            if let Some(item) = this.next()? {
                return Poll::Ready(Ok(Some(item)));
            }
            let Some(body) = &mut this.body else { continue };
            match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        this.parser.push(data);
                    }
                }
                Some(Err(error)) => return Poll::Ready(Err(torn_response(error, this.limit))),
                None => return Poll::Ready(Err(Status::unknown("the stream ended without the response"))),
            }
        }
    }

    fn take_parts(mut self: Pin<&mut Self>) -> Option<Box<ReplyParts>> {
        self.parts.take()
    }
}
