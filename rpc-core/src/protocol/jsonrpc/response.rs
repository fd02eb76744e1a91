//! Response objects as slices of the body (JSON-RPC 2.0, section 5).

use std::ops::Range;

use super::scan::{Malformed, Raw, Scanner};
use super::{VERSION, error, extra};
use crate::metadata::Metadata;
use crate::protocol::excerpt;
use crate::status::Status;

/// The members of a response object, and of a notification that comes before one.
#[derive(Debug, Default)]
pub(super) struct Answer<'a> {
    version: Option<Raw<'a>>,
    method: Option<Raw<'a>>,
    params: Option<Raw<'a>>,
    rpc: Option<Raw<'a>>,
    result: Option<Raw<'a>>,
    error: Option<Raw<'a>>,
    id: Option<Raw<'a>>,
    /// The first member that came twice.
    twice: Option<&'static str>,
}

impl<'a> Answer<'a> {
    /// Reads a body that shall be one response object.
    pub(super) fn parse(body: &'a [u8]) -> Result<Answer<'a>, Status> {
        let malformed = || Status::internal(format!("the response is not JSON: {}", excerpt(body)));
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        let mut scanner = Scanner::new(text);
        let other = match scanner.peek() {
            Some(b'{') => None,
            Some(b'[') => Some("a batch came for a single call"),
            _ => Some("the response is not an object"),
        };
        let mut answer = Answer::default();
        let read = match other {
            None => scanner.object(|key, value| answer.add(&key, value)),
            Some(_) => scanner.value().map(drop),
        };
        read.and_then(|()| scanner.end()).map_err(|Malformed| malformed())?;
        match other {
            None => Ok(answer),
            Some(what) => Err(Status::internal(format!("{what}: {}", excerpt(body)))),
        }
    }

    fn add(&mut self, key: &Raw<'a>, value: Raw<'a>) {
        let (name, slot) = match key.string().as_deref() {
            Some("jsonrpc") => ("jsonrpc", &mut self.version),
            Some("method") => ("method", &mut self.method),
            Some("params") => ("params", &mut self.params),
            Some("rpc") => ("rpc", &mut self.rpc),
            Some("result") => ("result", &mut self.result),
            Some("error") => ("error", &mut self.error),
            Some("id") => ("id", &mut self.id),
            _ => return,
        };
        if slot.replace(value).is_some() {
            self.twice.get_or_insert(name);
        }
    }

    /// The id, as it was sent, of what is a response.
    pub(super) fn id(&self) -> Option<&'a str> {
        let answers = self.result.is_some() || self.error.is_some();
        self.id.filter(|_| answers && !self.is_request()).map(|id| id.text)
    }

    /// Whether it is a request or a notification, not a response.
    pub(super) fn is_request(&self) -> bool {
        self.method.is_some()
    }

    /// Where the item stands that a notification tells of, if it is one of the stream that the call with the id `sent`
    /// began.
    pub(super) fn item(&self, sent: &str) -> Option<Range<usize>> {
        let params = self.params.filter(|params| params.first() == b'{' && self.id.is_none())?;
        let (mut subscription, mut result) = (None, None);
        let read = Scanner::new(params.text).object(|key, value| match key.string().as_deref() {
            Some("subscription") => subscription = Some(value.text),
            Some("result") => result = Some(value.range()),
            _ => {}
        });
        let Range { start, end } = result.filter(|_| read.is_ok() && subscription == Some(sent))?;
        Some(params.start + start..params.start + end)
    }

    /// The metadata that the response itself carries.
    pub(super) fn metadata(&self) -> Metadata {
        self.rpc.as_ref().map(extra::read).unwrap_or_default()
    }

    /// The error that the response tells of, if it does.
    ///
    /// Older servers write both members, one of them null.
    pub(super) fn error(&self) -> Option<Status> {
        let error = self.error.filter(|error| error.first() != b'n')?;
        Some(error::read(&error).unwrap_or_else(|Malformed| {
            Status::internal(format!("the error is not an error object: {}", excerpt(error.text.as_bytes())))
        }))
    }

    /// Where the result stands, in a response to the call that had the id `sent`.
    pub(super) fn result(self, sent: &str) -> Result<Range<usize>, Status> {
        let error = self.error();
        let wrong = |what: String| Err(Status::internal(what));
        if let Some(name) = self.twice {
            return wrong(format!("the response has `{name}` twice"));
        }
        if let Some(version) = self.version.filter(|raw| raw.string().as_deref() != Some(VERSION)) {
            return wrong(format!("the response is of JSON-RPC {}", excerpt(version.text.as_bytes())));
        }
        // A server that could not read the id of a request says null.
        let nobodys = error.is_some() && self.id.is_none_or(|id| id.text == "null");
        if !nobodys && self.id.is_none_or(|id| id.text != sent) {
            let id = self.id.map_or_else(|| "none".to_owned(), |id| excerpt(id.text.as_bytes()));
            return wrong(format!("the response has another id than the call: {id}, not {sent}"));
        }
        match (error, self.result) {
            (Some(_), Some(result)) if result.first() != b'n' => {
                wrong("the response has both a result and an error".to_owned())
            }
            (Some(status), _) => Err(status),
            (None, Some(result)) => Ok(result.range()),
            (None, None) => wrong("the response has neither a result nor an error".to_owned()),
        }
    }
}
