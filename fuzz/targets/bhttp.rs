//! Binary HTTP messages: in pieces against at once, and what is read against what is written of it.

#![no_main]

use std::fmt::Debug;

use bytes::Bytes;
use http::uri::Scheme;
use http::{HeaderMap, request, response};
use polyrpc_transports::__private::bhttp::{Decoder, Event, Head, Malformed, encode};

// The first two bytes choose what the rest is read as, the limit, and the size of the pieces.
libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |data: &[u8]| {
    let Some((&[choice, size], message)) = data.split_first_chunk() else { return };
    let limit = if choice & 2 == 0 { 4096 } else { 100 };
    let size = usize::from(size) + 1;
    if choice & 1 == 0 {
        check::<request::Parts>(message, limit, size, |read, form| {
            let (head, trailers) = (read.head.as_ref().expect("a head"), read.trailers.as_ref());
            let mut out = Vec::new();
            match form {
                Form::Known => encode::request(head, &Scheme::HTTP, &read.content, trailers, &mut out),
                Form::Indeterminate(size) => {
                    encode::request_head(head, &Scheme::HTTP, &mut out);
                    chunks(read, size, &mut out);
                }
            }
            out
        });
    } else {
        check::<response::Parts>(message, limit, size, |read, form| {
            let (head, trailers) = (read.head.as_ref().expect("a head"), read.trailers.as_ref());
            let mut out = Vec::new();
            match form {
                Form::Known => encode::response(head, &read.content, trailers, &mut out),
                Form::Indeterminate(size) => {
                    encode::response_head(head, &mut out).map(|()| chunks(read, size, &mut out))
                }
            }
            .expect("a status that was read is final");
            out
        });
    }
});

/// The two forms of a message, the one with chunks of a size.
#[derive(Clone, Copy)]
enum Form {
    Known,
    Indeterminate(usize),
}

/// What was read, up to where it failed.
struct Read<H> {
    head: Option<H>,
    content: Vec<u8>,
    trailers: Option<HeaderMap>,
    error: Option<Malformed>,
}

impl<H: Debug> Read<H> {
    fn shown(&self) -> String {
        format!("{:?} {:?} {:?} {:?}", self.head, self.content, self.trailers, self.error)
    }
}

fn check<H: Head + Debug>(
    message: &[u8],
    limit: usize,
    size: usize,
    write: impl Fn(&Read<H>, Form) -> Vec<u8>,
) {
    let at_once = read::<H>(message, limit, message.len().max(1));
    assert_eq!(read::<H>(message, limit, size).shown(), at_once.shown(), "in pieces of {size} bytes");
    if at_once.error.is_some() {
        return;
    }
    for form in [Form::Known, Form::Indeterminate(size)] {
        let written = write(&at_once, form);
        // A scheme that no URI holds becomes a longer one.
        let again = read::<H>(&written, limit + 4, size);
        assert_eq!(again.shown(), at_once.shown(), "written again as {}", written.escape_ascii());
    }
}

fn chunks<H>(read: &Read<H>, size: usize, out: &mut Vec<u8>) {
    for chunk in read.content.chunks(size) {
        encode::chunk_length(chunk.len(), out);
        out.extend_from_slice(chunk);
    }
    encode::end(read.trailers.as_ref(), out);
}

fn read<H: Head>(message: &[u8], limit: usize, size: usize) -> Read<H> {
    let mut decoder = Decoder::<H>::new(limit);
    let mut read = Read { head: None, content: Vec::new(), trailers: None, error: None };
    for piece in message.chunks(size) {
        decoder.push(Bytes::copy_from_slice(piece));
        assert!(
            !drain(&mut decoder, &mut read) || read.error.is_some(),
            "the end was told before it was there"
        );
    }
    decoder.finish();
    assert!(drain(&mut decoder, &mut read), "no end");
    assert!(read.content.len() <= message.len());
    read
}

/// Takes what is there; true at the end, and after an error.
fn drain<H: Head>(decoder: &mut Decoder<H>, read: &mut Read<H>) -> bool {
    loop {
        match decoder.next() {
            Ok(Some(Event::Head(head))) => assert!(read.head.replace(head).is_none(), "a second head"),
            Ok(Some(Event::Data(data))) => {
                assert!(!data.is_empty() && read.head.is_some() && read.trailers.is_none());
                read.content.extend_from_slice(&data);
            }
            Ok(Some(Event::Trailers(trailers))) => assert!(read.trailers.replace(trailers).is_none()),
            Ok(Some(Event::End)) => return true,
            Ok(None) => return false,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                read.error = Some(error);
                return true;
            }
        }
    }
}
