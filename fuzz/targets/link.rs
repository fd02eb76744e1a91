//! The calls of one end with their HTTP messages: parts that make requests or responses, or nothing, while its users send,
//! read and give up.

#![no_main]

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Response};
use polyrpc_fuzz::Words;
use polyrpc_transports::__private::bhttp::encode;
use polyrpc_transports::__private::layer::{Code, Key, Kind, Part, Reset};
use polyrpc_transports::__private::link::{CLIENT, REPLY_TO, Step, run};

// The first byte chooses the end.
libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |data: &[u8]| {
    let Some((&choice, script)) = data.split_first() else { return };
    let is_server = choice & 1 == 0;
    let mut words = Words::new(script);
    run(std::iter::from_fn(|| Some(step(words.next()?, &mut words, is_server))), is_server);
});

fn step(word: u8, words: &mut Words<'_>, is_server: bool) -> Step {
    let call = words.small(6);
    match word % 12 {
        0..=3 => Step::Message(message(call, words, is_server)),
        4 => Step::Message(Bytes::copy_from_slice(words.piece())),
        5 => Step::Open(Bytes::from(vec![0; words.number()]), words.flag()),
        6 => Step::Send(call, Bytes::from(vec![0; words.number()]), words.flag()),
        7 | 8 => Step::Read(call),
        9 => Step::Leave(call),
        10 if word > 200 => Step::Retire,
        10 if word > 100 => Step::Headless,
        10 => Step::End(call),
        _ => Step::Room(words.small(40) as usize),
    }
}

/// A part or two of a call.
fn message(call: u64, words: &mut Words<'_>, is_server: bool) -> Bytes {
    let mut message = Vec::new();
    for _ in 0..=words.small(2) {
        let number = words.small(5) as u32;
        let kind = match words.small(8) {
            0 | 1 => {
                let (data, reply_to) = (bytes(words, is_server), Bytes::from_static(REPLY_TO));
                Kind::Open { reply_to, credit: words.number() as u64, data, end: words.flag() }
            }
            2..=5 => Kind::Data { number, data: bytes(words, is_server), end: words.flag() },
            6 => Kind::Credit { upto: words.number() as u64 },
            _ if words.flag() => Kind::Ping { sent: number, upto: words.number() as u64 },
            _ => Kind::Reset(Reset::new(Code::Failed, "")),
        };
        Part { key: Key { client: CLIENT, call }, kind }.write(&mut message);
    }
    message.into()
}

/// A head, a chunk, an end, or whatever the input has.
fn bytes(words: &mut Words<'_>, is_server: bool) -> Bytes {
    let mut out = Vec::new();
    match words.small(6) {
        0 | 1 if is_server => {
            let (head, ()) = Request::post("/a").body(()).expect("a request").into_parts();
            encode::request_head(&head, &Scheme::HTTP, &mut out);
        }
        0 | 1 => {
            let (head, ()) = Response::new(()).into_parts();
            encode::response_head(&head, &mut out).expect("it is final");
        }
        2 | 3 => {
            let length = words.number() % 9000;
            encode::chunk_length(length, &mut out);
            out.resize(out.len() + length, 0);
        }
        4 => encode::end(None, &mut out),
        _ => out.extend_from_slice(words.piece()),
    }
    out.into()
}
