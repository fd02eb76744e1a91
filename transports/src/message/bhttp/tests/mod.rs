//! Messages as the RFC has them, in every form and every cut, by chance, and from hostile peers.

mod cuts;
mod examples;
mod forms;
mod hostile;
mod random;

use std::fmt::Debug;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, request, response};

use super::{Decoder, Event, Head, Malformed};

/// More than any head of these tests has.
const LIMIT: usize = 4096;

/// What a decoder said of a message. Where the content was cut says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
struct Read {
    head: Option<String>,
    content: Vec<u8>,
    trailers: Option<HeaderMap>,
    error: Option<Malformed>,
}

/// Reads a message that comes in these parts.
fn read_parts<'a, H: Head + Debug>(parts: impl IntoIterator<Item = &'a [u8]>, limit: usize) -> Read {
    let mut decoder = Decoder::<H>::new(limit);
    let mut read = Read::default();
    for part in parts {
        decoder.push(Bytes::copy_from_slice(part));
        if drain(&mut decoder, &mut read) {
            assert!(read.error.is_some(), "a message ended before its end was told");
            return read;
        }
    }
    decoder.finish();
    assert!(drain(&mut decoder, &mut read), "the message has no end: {read:?}");
    read
}

/// Takes what is there; true once nothing can follow.
fn drain<H: Head + Debug>(decoder: &mut Decoder<H>, read: &mut Read) -> bool {
    loop {
        match decoder.next() {
            Ok(Some(Event::Head(head))) => {
                assert!(read.head.is_none() && read.content.is_empty(), "a second head: {head:?}");
                read.head = Some(format!("{head:?}"));
            }
            Ok(Some(Event::Data(data))) => {
                assert!(!data.is_empty() && read.head.is_some() && read.trailers.is_none());
                read.content.extend_from_slice(&data);
            }
            Ok(Some(Event::Trailers(trailers))) => {
                assert!(!trailers.is_empty() && read.head.is_some());
                assert!(read.trailers.replace(trailers).is_none(), "a second trailer section");
            }
            Ok(Some(Event::End)) => {
                assert!(matches!(decoder.next(), Ok(None)), "something follows the end");
                return true;
            }
            Ok(None) => return false,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(decoder.next().err(), Some(error.clone()), "a failed decoder recovers");
                read.error = Some(error);
                return true;
            }
        }
    }
}

fn read<H: Head + Debug>(message: &[u8]) -> Read {
    read_parts::<H>([message], LIMIT)
}

fn whole_request(message: &[u8]) -> Read {
    let read = read::<request::Parts>(message);
    assert_eq!(read.error, None, "{}", message.escape_ascii());
    read
}

fn whole_response(message: &[u8]) -> Read {
    let read = read::<response::Parts>(message);
    assert_eq!(read.error, None, "{}", message.escape_ascii());
    read
}

fn fields(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let line = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    lines.iter().map(line).collect()
}

fn request_parts(method: &str, uri: &str, headers: &[(&'static str, &'static str)]) -> request::Parts {
    let request = Request::builder().method(method).uri(uri).version(http::Version::HTTP_2);
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    parts.headers = fields(headers);
    parts
}

fn response_parts(status: u16, headers: &[(&'static str, &'static str)]) -> response::Parts {
    let response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    let (mut parts, ()) = response.version(http::Version::HTTP_2).body(()).unwrap().into_parts();
    parts.headers = fields(headers);
    parts
}

/// What is read of a message that was whole.
fn read_of(head: &impl Debug, content: &[u8], trailers: Option<HeaderMap>) -> Read {
    Read { head: Some(format!("{head:?}")), content: content.to_vec(), trailers, error: None }
}
