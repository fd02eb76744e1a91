//! Every form, and what the two ends make of URIs, fields and lengths.

use http::uri::Scheme;

use super::*;
use crate::message::bhttp::{encode, varint};

const CALL: [(&str, &str); 3] =
    [("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", "1S")];

fn known(parts: &request::Parts, content: &[u8], trailers: Option<&HeaderMap>) -> Vec<u8> {
    let mut message = Vec::new();
    encode::request(parts, &Scheme::HTTP, content, trailers, &mut message);
    message
}

fn indeterminate(parts: &request::Parts, chunks: &[&[u8]], trailers: Option<&HeaderMap>) -> Vec<u8> {
    let mut message = Vec::new();
    encode::request_head(parts, &Scheme::HTTP, &mut message);
    for chunk in chunks {
        encode::chunk_length(chunk.len(), &mut message);
        message.extend_from_slice(chunk);
    }
    encode::end(trailers, &mut message);
    message
}

#[test]
fn both_forms_say_the_same() {
    let parts = request_parts("POST", "http://node:81/shop.v1.Orders/Place?dry", &CALL);
    let trailers = fields(&[("grpc-status", "0"), ("x", ""), ("x", "2")]);
    for content in [&b""[..], b"one", &[0; 70_000]] {
        for trailers in [None, Some(&trailers)] {
            let due = read_of(&parts, content, trailers.cloned());
            assert_eq!(whole_request(&known(&parts, content, trailers)), due);
            let (first, rest) = content.split_at(content.len() / 3);
            assert_eq!(whole_request(&indeterminate(&parts, &[first, b"", rest], trailers)), due);
        }
    }
}

#[test]
fn a_whole_message_is_one_allocation() {
    let trailers = fields(&[("grpc-status", "0")]);
    for length in [0, 63, 64, 16_383, 16_384, 100_000] {
        let content = vec![7; length];
        let message = known(&request_parts("POST", "/a", &CALL), &content, Some(&trailers));
        assert_eq!(message.capacity(), message.len(), "what was reserved is what was needed");
        let mut message = Vec::new();
        encode::response(&response_parts(200, &CALL), &content, Some(&trailers), &mut message).unwrap();
        assert_eq!(message.capacity(), message.len());
    }
}

#[test]
fn what_was_written_before_stays() {
    let mut out = b"before".to_vec();
    encode::request(&request_parts("GET", "/", &[]), &Scheme::HTTP, b"", None, &mut out);
    assert_eq!(out, b"before\0\x03GET\x04http\0\x01/\0\0\0");
}

#[test]
fn content_is_not_copied() {
    let message = Bytes::from(known(&request_parts("POST", "/", &CALL), &[5; 1000], None));
    let mut decoder = Decoder::<request::Parts>::new(LIMIT);
    decoder.push(message.clone());
    assert!(matches!(decoder.next(), Ok(Some(Event::Head(_)))));
    let Ok(Some(Event::Data(data))) = decoder.next() else { panic!("no data") };
    assert_eq!(data.as_ptr(), message[message.len() - 1001..].as_ptr());
}

#[test]
fn uris_travel() {
    for (method, uri, arrives) in [
        ("POST", "/a.B/C", "/a.B/C"),
        ("GET", "http://node/x?y=z", "http://node/x?y=z"),
        ("GET", "https://[::1]:80", "https://[::1]:80/"),
        ("GET", "http://node?q", "http://node/?q"),
        ("GET", "http://user:word@node/", "http://node/"),
        ("OPTIONS", "*", "*"),
        ("CONNECT", "node:443", "node:443"),
    ] {
        let due = read_of(&request_parts(method, arrives, &[]), b"", None);
        let sent = request_parts(method, uri, &[]);
        assert_eq!(whole_request(&known(&sent, b"", None)), due, "{uri}");
        assert_eq!(whole_request(&indeterminate(&sent, &[], None)), due, "{uri}");
    }
}

#[test]
fn fields_about_a_connection_are_left_out_and_passed_over() {
    let about = [
        ("connection", "close"),
        ("keep-alive", "timeout=5"),
        ("proxy-connection", "close"),
        ("te", "gzip"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "websocket"),
    ];
    let sent = request_parts("GET", "/", &about);
    assert_eq!(known(&sent, b"", None), known(&request_parts("GET", "/", &[]), b"", None));

    // Another's encoder may leave them in.
    for (name, value) in about {
        let line =
            [&[name.len() as u8][..], name.as_bytes(), &[value.len() as u8], value.as_bytes()].concat();
        let message = [&b"\x02\x03GET\x04http\0\x01/"[..], &line, b"\x01x\x01y\0"].concat();
        let due = request_parts("GET", "/", &[("x", "y")]);
        assert_eq!(whole_request(&message), read_of(&due, b"", None), "{name}");
        // The section has begun, so that it must end.
        let cut = &message[..message.len() - 4];
        assert_eq!(read::<request::Parts>(cut).error, Some(Malformed::Cut("the header section")), "{name}");
    }
}

#[test]
fn blanks_around_a_value_stay_behind() {
    let sent = request_parts("GET", "/", &[("x", " \t a b\t"), ("y", "  ")]);
    let due = request_parts("GET", "/", &[("x", "a b"), ("y", "")]);
    assert_eq!(whole_request(&known(&sent, b"", None)), read_of(&due, b"", None));
}

#[test]
fn only_final_statuses_are_sent() {
    for status in [200, 204, 404, 599] {
        let parts = response_parts(status, &CALL);
        let mut message = Vec::new();
        encode::response(&parts, b"x", None, &mut message).unwrap();
        assert_eq!(whole_response(&message), read_of(&parts, b"x", None));
    }
    for status in [100, 101, 199, 600, 999] {
        let (parts, mut message) = (response_parts(status, &[]), Vec::new());
        let error = encode::response(&parts, b"", None, &mut message).unwrap_err();
        assert_eq!(error.to_string(), format!("status {status} is not a final one, from 200 to 599"));
        assert_eq!(encode::response_head(&parts, &mut message), Err(error));
        assert!(message.is_empty());
    }
}

#[test]
fn integers_travel_in_their_shortest_form() {
    // The examples of RFC 9000, appendix A.1, and both sides of each border.
    for (value, bytes) in [
        (0, &[0][..]),
        (37, &[0x25]),
        (63, &[0x3f]),
        (64, &[0x40, 0x40]),
        (15_293, &[0x7b, 0xbd]),
        (16_383, &[0x7f, 0xff]),
        (16_384, &[0x80, 0, 0x40, 0]),
        (494_878_333, &[0x9d, 0x7f, 0x3e, 0x7d]),
        (1_073_741_823, &[0xbf, 0xff, 0xff, 0xff]),
        (1_073_741_824, &[0xc0, 0, 0, 0, 0x40, 0, 0, 0]),
        (151_288_809_941_952_652, &[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c]),
    ] {
        let mut written = Vec::new();
        varint::put(value, &mut written);
        assert_eq!((&written[..], varint::size(value)), (bytes, bytes.len()));
        assert_eq!((varint::read(bytes), varint::size_at(bytes[0])), (value as u64, bytes.len()));
    }
    assert_eq!(varint::read(&[0x40, 0x25]), 37, "the shortest form is not asked for");
}

#[test]
fn integers_of_any_size_are_read() {
    let long =
        b"\x40\0\x80\0\0\x03GET\xc0\0\0\0\0\0\0\x04http\x40\0\x40\x01/\x80\0\0\x05\x40\x01x\x01y\x40\0";
    assert_eq!(whole_request(long), read_of(&request_parts("GET", "/", &[("x", "y")]), b"", None));
    assert_eq!(whole_response(b"\x03\xc0\0\0\0\0\0\0\xc8"), read_of(&response_parts(200, &[]), b"", None));
}
