//! Messages that come in pieces, and those that end early.

use super::*;

/// Messages with all that a message may have, in each form. With each, where it may end: whole, and before that.
fn messages() -> Vec<(bool, Vec<u8>, Vec<usize>)> {
    let messages: [(bool, &[&[u8]]); 6] = [
        (true, &[b"\0\x03GET\x04http\x01n\x01/", b"\x04\x01x\x01y", b"\x02ab", b"\x04\x01t\x01u", b"\0\0"]),
        (
            true,
            &[
                b"\x02\x03GET\x04http\x01n\x01/",
                b"\x01x\x01y\x01z\0\0",
                b"\x02ab\x01c\0",
                b"\x01t\x01u\0",
                b"\0\0",
            ],
        ),
        (
            false,
            &[b"\x01\x40\x66\x04\x01x\x01y\x40\xc8", b"\x03\x01x\0", b"\x40\x01a", b"\x04\x01t\x01u", b"\0"],
        ),
        (
            false,
            &[b"\x03\x40\x66\x01x\x01y\0\x40\xc8", b"\x01x\0\0", b"\x80\0\0\x01a\0", b"\x01t\x01u\0", b"\0"],
        ),
        (false, &[b"\x01\x40\xc8", b"\0", b"\0", b"\0", b"\0\0\0"]),
        (false, &[b"\x03\x40\xc8", b"\0", b"\0", b"\0", b"\0\0\0"]),
    ];
    let mut all = Vec::new();
    for (request, pieces) in messages {
        let message = pieces.concat();
        let [control, headers, content, trailers, padding] = pieces else { panic!("five sections") };
        let lengths = [control, headers, content, trailers].map(|section| section.len());
        // The end of each section, where all behind it is left out.
        let mut ends: Vec<_> = (1..=4).map(|sections| lengths[..sections].iter().sum()).collect();
        ends.extend((1..=padding.len()).map(|zeros| message.len() - padding.len() + zeros));
        all.push((request, message, ends));
    }
    all
}

fn read_all(request: bool, parts: &[&[u8]]) -> Read {
    let parts = parts.iter().copied();
    if request {
        read_parts::<request::Parts>(parts, LIMIT)
    } else {
        read_parts::<response::Parts>(parts, LIMIT)
    }
}

/// Asserts that a message is read alike in whatever parts it comes, and says how.
fn in_every_cut(request: bool, message: &[u8]) -> Read {
    let due = read_all(request, &[message]);
    let bytes: Vec<_> = message.chunks(1).collect();
    assert_eq!(read_all(request, &bytes), due, "byte by byte: {}", message.escape_ascii());
    for at in 0..=message.len() {
        let (first, second) = message.split_at(at);
        assert_eq!(read_all(request, &[first, second]), due, "cut at {at}: {}", message.escape_ascii());
    }
    due
}

#[test]
fn every_cut_of_a_message_is_read_alike() {
    for (request, message) in super::examples::all() {
        assert_eq!(in_every_cut(request, &message).error, None);
    }
    for (request, message, _) in messages() {
        assert_eq!(in_every_cut(request, &message).error, None, "{}", message.escape_ascii());
    }
}

#[test]
fn a_message_may_end_behind_its_control_data_and_its_sections_and_nowhere_else() {
    for (request, message, ends) in messages() {
        for end in 0..=message.len() {
            let read = in_every_cut(request, &message[..end]);
            let whole = read.error.is_none();
            assert_eq!(whole, ends.contains(&end), "{end} of {}: {read:?}", message.escape_ascii());
            assert!(whole || matches!(read.error, Some(Malformed::Cut(_))));
        }
    }
}

#[test]
fn what_is_left_out_counts_as_empty() {
    for (request, message, ends) in messages() {
        let whole = read_all(request, &[&message]);
        let [control, headers, content, ..] = ends[..] else { panic!("an end for each section") };
        let read = |end| read_all(request, &[&message[..end]]);
        assert_eq!(read(content), Read { trailers: None, ..whole.clone() });
        assert_eq!(read(headers), Read { trailers: None, content: Vec::new(), ..whole });
        let bare = if request {
            read_of(&request_parts("GET", "http://n/", &[]), b"", None)
        } else {
            read_of(&response_parts(200, &[]), b"", None)
        };
        assert_eq!(read(control), bare);
    }
}

#[test]
fn parts_may_be_pushed_before_the_earlier_ones_are_read() {
    for (request, message) in super::examples::all() {
        if request {
            let mut decoder = Decoder::<request::Parts>::new(LIMIT);
            message.chunks(7).for_each(|part| decoder.push(Bytes::copy_from_slice(part)));
            decoder.finish();
            let mut read = Read::default();
            assert!(drain(&mut decoder, &mut read));
            assert_eq!(read, whole_request(&message));
        }
    }
}

#[test]
fn nothing_is_said_of_a_message_before_it_is_there() {
    let (_, message) = super::examples::all().into_iter().next().unwrap();
    let mut decoder = Decoder::<request::Parts>::new(LIMIT);
    let mut read = Read::default();
    // All but the content's length and the trailers'.
    for byte in &message[..message.len() - 2] {
        assert_eq!(read.head, None);
        decoder.push(Bytes::copy_from_slice(&[*byte]));
        assert!(!drain(&mut decoder, &mut read));
    }
    assert!(read.head.is_some(), "the head is said as soon as it is there");
    assert!(!drain(&mut decoder, &mut read), "the end is not guessed");
}
