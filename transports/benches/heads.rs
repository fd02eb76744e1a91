//! What a small unary gRPC call costs as binary HTTP messages, beside the same in the text of HTTP/1.1: instructions
//! and bytes of writing and of reading its request and its response.
//!
//! `cargo bench -p polyrpc-transports --bench heads`, where valgrind is there; how busy the machine is changes nothing.
//! As a test it only sees to it that both forms carry the same.

use std::hint::black_box;
use std::process::{Command, Stdio};

use bytes::Bytes;
use http::uri::Scheme;
use http::{HeaderMap, Request, Response, request, response};
use polyrpc_transports::__private::bhttp::{Decoder, Event, Head, encode};

#[path = "heads/text.rs"]
mod text;

/// Messages that are counted.
const MESSAGES: u64 = 1_000;

const LIMIT: usize = 16 * 1024;

/// A frame of gRPC's with fifteen bytes.
const CONTENT: &[u8] = b"\0\0\0\0\x0fan order by hand";

/// The word that makes this program do nothing but one of the [`CASES`].
const ONLY: &str = "only";

type Case = (&'static str, fn(&Call));

const CASES: [Case; 8] = [
    ("binary: request written", |call| write(|out| call.binary_request(out))),
    ("binary: request read", |call| read(|out| call.binary_request(out), binary::<request::Parts>)),
    ("binary: response written", |call| write(|out| call.binary_response(out))),
    ("binary: response read", |call| read(|out| call.binary_response(out), binary::<response::Parts>)),
    ("text: request written", |call| write(|out| call.text_request(out))),
    ("text: request read", |call| read(|out| call.text_request(out), text::read_request)),
    ("text: response written", |call| write(|out| call.text_response(out))),
    ("text: response read", |call| read(|out| call.text_response(out), text::read_response)),
];

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [word, case] if word == ONLY => {
            CASES.iter().filter(|(name, _)| name == case).for_each(|(_, run)| run(&Call::new()));
        }
        _ => {
            both_carry_the_same();
            if arguments.iter().any(|argument| argument == "--bench") {
                report();
            }
        }
    }
}

struct Call {
    request: request::Parts,
    response: response::Parts,
    trailers: HeaderMap,
}

impl Call {
    fn new() -> Self {
        let request = Request::post("/shop.v1.Orders/Place")
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("grpc-timeout", "1000m")
            .header("user-agent", "grpc-rust-polyrpc/0.1.0");
        let response = Response::builder().header("content-type", "application/grpc");
        let trailers = Response::builder().header("grpc-status", "0");
        Self {
            request: request.body(()).expect("a request").into_parts().0,
            response: response.body(()).expect("a response").into_parts().0,
            trailers: trailers.body(()).expect("trailers").into_parts().0.headers,
        }
    }

    fn binary_request(&self, out: &mut Vec<u8>) {
        encode::request(&self.request, &Scheme::HTTP, CONTENT, None, out);
    }

    fn binary_response(&self, out: &mut Vec<u8>) {
        encode::response(&self.response, CONTENT, Some(&self.trailers), out).expect("a final status");
    }

    fn text_request(&self, out: &mut Vec<u8>) {
        text::write_request(&self.request, CONTENT, out);
    }

    fn text_response(&self, out: &mut Vec<u8>) {
        text::write_response(&self.response, CONTENT, &self.trailers, out);
    }
}

/// All of a message.
type Message<H> = (H, Bytes, HeaderMap);

fn binary<H: Head>(message: Bytes) -> Message<H> {
    let mut decoder = Decoder::<H>::new(LIMIT);
    decoder.push(message);
    decoder.finish();
    let (mut head, mut content, mut trailers) = (None, Bytes::new(), HeaderMap::new());
    while let Some(event) = decoder.next().expect("a message") {
        match event {
            Event::Head(it) => head = Some(it),
            Event::Data(it) => content = it,
            Event::Trailers(it) => trailers = it,
            Event::End => {}
        }
    }
    (head.expect("a head"), content, trailers)
}

/// The part that is counted; valgrind finds it by its name.
#[inline(never)]
fn at_the_message<I, O>(input: I, work: impl FnOnce(I) -> O) {
    drop(black_box(work(black_box(input))));
}

fn write(write: impl Fn(&mut Vec<u8>)) {
    for _ in 0..MESSAGES {
        at_the_message(Vec::new(), |mut out| {
            write(&mut out);
            out
        });
    }
}

fn read<T>(write: impl Fn(&mut Vec<u8>), read: fn(Bytes) -> T) {
    let mut message = Vec::new();
    write(&mut message);
    for _ in 0..MESSAGES {
        at_the_message(message.clone(), |message| read(message.into()));
    }
}

fn both_carry_the_same() {
    let call = Call::new();
    let written = |write: fn(&Call, &mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&call, &mut out);
        Bytes::from(out)
    };
    let (binary_request, text_request) = (written(Call::binary_request), written(Call::text_request));
    let (binary_response, text_response) = (written(Call::binary_response), written(Call::text_response));
    println!("request: {} bytes, as text {}", binary_request.len(), text_request.len());
    println!("response: {} bytes, as text {}", binary_response.len(), text_response.len());

    let (head, content, _) = binary::<request::Parts>(binary_request);
    let (text_head, text_content, _) = text::read_request(text_request);
    assert_eq!((head.method, head.uri), (text_head.method, text_head.uri));
    // The text says how long the content is.
    assert!(head.headers.iter().all(|(name, value)| text_head.headers.get(name) == Some(value)));
    assert_eq!((&content[..], &text_content[..]), (CONTENT, CONTENT));

    let (head, content, trailers) = binary::<response::Parts>(binary_response);
    let (text_head, text_content, text_trailers) = text::read_response(text_response);
    assert_eq!((head.status, &trailers), (text_head.status, &text_trailers));
    assert_eq!((&content[..], &text_content[..], trailers), (CONTENT, CONTENT, call.trailers));
}

fn report() {
    for (name, _) in CASES {
        match instructions(name) {
            Some(count) => println!("{name:26}{count:6} instructions"),
            None => return println!("valgrind is not there, so instructions are not counted"),
        }
    }
}

fn instructions(case: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*at_the_message*"])
        .arg(std::env::current_exe().ok()?)
        .args([ONLY, case])
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stderr).ok()?;
    let (_, collected) = said.split_once("Collected : ")?;
    Some(collected.split_whitespace().next()?.parse::<u64>().ok()? / MESSAGES)
}
