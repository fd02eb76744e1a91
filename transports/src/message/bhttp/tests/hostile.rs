//! What is refused, and what is said of it.

use super::*;

/// 2^62 - 1, the largest integer there is.
const HUGE: &[u8] = &[0xff; 8];

fn refusal<H: Head + Debug>(message: &[u8]) -> String {
    let read = read::<H>(message);
    let refused = read.error.unwrap_or_else(|| panic!("accepted: {}", message.escape_ascii()));
    let bytes = read_parts::<H>(message.chunks(1), LIMIT).error;
    assert_eq!(bytes.as_ref(), Some(&refused), "byte by byte: {}", message.escape_ascii());
    refused.to_string()
}

/// A request with one field line.
fn with_line(name: &[u8], value: &[u8]) -> Vec<u8> {
    let line = [&[name.len() as u8][..], name, &[value.len() as u8], value].concat();
    [&b"\x02\x03GET\x04http\0\x01/"[..], &line, b"\0"].concat()
}

/// A request of these four.
fn with_control(items: [&str; 4]) -> Vec<u8> {
    let items = items.map(|item| [&[item.len() as u8][..], item.as_bytes()].concat());
    [&b"\x02"[..], &items.concat()].concat()
}

#[test]
fn the_other_way_and_unknown_forms_are_refused() {
    for (message, says) in [
        (&b"\x01\x40\xc8"[..], "the framing indicator is 1, and 0 or 2 is due"),
        (b"\x03\x40\xc8", "the framing indicator is 3, and 0 or 2 is due"),
        (b"\x04", "the framing indicator is 4, and 0 or 2 is due"),
        (HUGE, "the framing indicator is 4611686018427387903, and 0 or 2 is due"),
    ] {
        assert_eq!(refusal::<request::Parts>(message), says);
    }
    let says = "the framing indicator is 0, and 1 or 3 is due";
    assert_eq!(refusal::<response::Parts>(b"\0\x03GET\x04http\0\x01/"), says);
}

#[test]
fn bad_control_data_is_refused() {
    for (items, item) in [
        (["", "http", "", "/"], "method"),
        (["GE T", "http", "", "/"], "method"),
        (["GET", "", "", "/"], "scheme"),
        (["GET", "1http", "", "/"], "scheme"),
        (["GET", "http", "no de", "/"], "authority"),
        (["GET", "http", "user@node", "/"], "authority"),
        (["GET", "http", "node/x", "/"], "authority"),
        (["GET", "http", "", ""], "path"),
        (["GET", "http", "", "x"], "path"),
        (["GET", "http", "", "?x"], "path"),
        (["GET", "http", "", "/x#y"], "path"),
        (["GET", "http", "", "/ x"], "path"),
        (["GET", "http", "", "/\0"], "path"),
        (["CONNECT", "http", "node:1", ""], "scheme"),
        (["CONNECT", "", "node:1", "/"], "path"),
        (["CONNECT", "", "", ""], "authority"),
    ] {
        let says = refusal::<request::Parts>(&with_control(items));
        assert_eq!(says, format!("the {item} is not valid"), "{items:?}");
    }
}

#[test]
fn statuses_out_of_range_are_refused() {
    for (bytes, status) in [(&b"\0"[..], 0), (b"\x40\x63", 99), (b"\x42\x58", 600), (HUGE, (1_u64 << 62) - 1)]
    {
        for form in [1, 3] {
            let says = refusal::<response::Parts>(&[&[form][..], bytes].concat());
            assert_eq!(says, format!("{status} is no status from 100 to 599"));
        }
    }
    let only_informed = b"\x03\x40\x66\0";
    assert_eq!(refusal::<response::Parts>(only_informed), "the message ends within the control data");
}

#[test]
fn bad_field_names_are_refused() {
    let pseudo = "is that of a pseudo-field, of which none belongs here";
    for (name, problem) in [
        ("X-Id", "is not in lower case"),
        (":method", pseudo),
        (":status", pseudo),
        (":protocol", pseudo),
        (":", pseudo),
        ("a b", "is not a token"),
        ("a:b", "is not a token"),
    ] {
        let says = format!("field name \"{name}\" {problem}");
        assert_eq!(refusal::<request::Parts>(&with_line(name.as_bytes(), b"x")), says);
        let line = [&[name.len() as u8][..], name.as_bytes(), b"\x01x"].concat();
        let trailers = [&b"\x01\x40\xc8\0\0"[..], &[line.len() as u8], &line].concat();
        assert_eq!(refusal::<response::Parts>(&trailers), says);
    }
    assert_eq!(refusal::<request::Parts>(&with_line(b"\xff", b"")), "field name \"\\xff\" is not a token");
    let long = refusal::<request::Parts>(&with_line(&[b'X'; 60], b""));
    assert_eq!(long, format!("field name \"{}\" is not in lower case", "X".repeat(40)));
    let empty = b"\x01\x40\xc8\x02\0\0";
    assert_eq!(refusal::<response::Parts>(empty), "field name \"\" is empty");
}

#[test]
fn bad_field_values_are_refused() {
    for value in [&b"a\0"[..], b"a\rb", b"a\nb", b" a", b"a ", b"\ta", b"a\t", b" ", b"\x7f", b"\x01"] {
        let says = refusal::<request::Parts>(&with_line(b"x", value));
        assert_eq!(says, "the value of field x has bytes that no value has", "{}", value.escape_ascii());
    }
    assert_eq!(read::<request::Parts>(&with_line(b"x", b"a\tb c\xff")).error, None);
}

#[test]
fn lines_end_within_their_section() {
    for section in [&b"\x01\x01"[..], b"\x03\x01x\x02yz", b"\x02\x01x\x01y", b"\x02\x05x", b"\x01\x40\x01x\0"]
    {
        let message = [&b"\x01\x40\xc8"[..], section, b"\0\0\0\0\0\0"].concat();
        let says = refusal::<response::Parts>(&message);
        assert_eq!(says, "a field line does not end within its section", "{}", section.escape_ascii());
    }
}

#[test]
fn padding_is_zero() {
    for message in [&b"\x01\x40\xc8\0\0\0\x01"[..], b"\x03\x40\xc8\0\0\0\0\0\0\x01\0"] {
        assert_eq!(refusal::<response::Parts>(message), "the message is followed by bytes that are not zero");
    }
}

#[test]
fn what_is_announced_is_not_waited_for_where_it_is_over_the_limit() {
    let over = "the head or the trailers are over the limit of 4096 bytes";
    let heads: [&[u8]; 6] = [
        b"\x02",
        b"\x02\x03GET",
        b"\x02\x03GET\x04http\0",
        b"\0\x03GET\x04http\0\x01/",
        b"\x02\x03GET\x04http\0\x01/",
        b"\x02\x03GET\x04http\0\x01/\x01x",
    ];
    for head in heads {
        for length in [HUGE, b"\x80\0\x10\x01", b"\xc0\0\0\x01\0\0\0\0"] {
            let mut decoder = Decoder::<request::Parts>::new(LIMIT);
            decoder.push([head, length].concat().into());
            let error = decoder.next().expect_err("a length over the limit");
            assert!(error.is_too_large());
            assert_eq!(error.to_string(), over, "{}", head.escape_ascii());
        }
    }
}

#[test]
fn content_is_as_long_as_it_is_whatever_was_announced() {
    for form in [&b"\x01\x40\xc8\0"[..], b"\x03\x40\xc8\0"] {
        let read = read::<response::Parts>(&[form, HUGE, b"abc"].concat());
        assert_eq!((&read.content[..], read.error), (&b"abc"[..], Some(Malformed::Cut("the content"))));
    }
}

#[test]
fn a_head_is_taken_up_to_the_limit() {
    // 3 + 4 + 0 + 1 for the control data, and 32 + 1 + 1 for the field.
    let message = with_line(b"x", b"y");
    let at = |limit| read_parts::<request::Parts>([&message[..]], limit).error;
    assert_eq!(at(42), None);
    assert_eq!(at(41), Some(Malformed::TooLarge { limit: 41 }));
}

#[test]
fn trailers_are_taken_up_to_the_limit() {
    let message = b"\x03\x40\xc8\0\0\x01x\x01y\x01x\x01y\0";
    let at = |limit| read_parts::<response::Parts>([&message[..]], limit).error;
    assert_eq!(at(68), None, "the head does not count to the trailers");
    assert_eq!(at(67), Some(Malformed::TooLarge { limit: 67 }));
}

#[test]
fn informational_responses_come_to_an_end() {
    for one in [&b"\x40\x66\0"[..], b"\x40\x66\x01x\0\0"] {
        let message = [&b"\x03"[..], &one.repeat(1000)].concat();
        assert_eq!(read::<response::Parts>(&message).error, Some(Malformed::TooLarge { limit: LIMIT }));
    }
}

#[test]
fn a_limit_that_is_larger_than_a_map_holds_is_no_panic() {
    let lines: Vec<u8> = (0..40_000_u32).flat_map(|n| format!("\x06x{n:05}\0").into_bytes()).collect();
    let message = [&b"\x03\x40\xc8"[..], &lines, b"\0"].concat();
    let read = read_parts::<response::Parts>([&message[..]], usize::MAX);
    assert_eq!(read.error, Some(Malformed::TooLarge { limit: usize::MAX }));
}
