//! What an end does with what an odd one says to it.

use std::time::Instant;

use bytes::Bytes;

use super::calls::{Calls, Config, Event, MOST_CONTROL, REQUEST_WINDOW};
use super::part::{Code, Key, Kind, LEAST_MESSAGE, Part};

const CLIENT: u64 = 7;

fn server() -> Calls {
    let config = Config { window: REQUEST_WINDOW, most_calls: 4, silence: None };
    Calls::at_server(config, CLIENT, Bytes::from_static(b"/reply"))
}

fn hear(calls: &mut Calls, parts: &[(u64, Kind)]) -> Bytes {
    let mut message = Vec::new();
    for (call, kind) in parts {
        Part { key: Key { client: CLIENT, call: *call }, kind: kind.clone() }.write(&mut message);
    }
    let message = Bytes::from(message);
    calls.receive(message.clone(), 0, Instant::now()).unwrap();
    message
}

fn open(data: &'static [u8]) -> Kind {
    let (reply_to, data) = (Bytes::from_static(b"/reply"), Bytes::from_static(data));
    Kind::Open { reply_to, credit: 1000, data, end: false }
}

fn data(number: u32, data: &'static [u8], end: bool) -> Kind {
    Kind::Data { number, data: Bytes::from_static(data), end }
}

fn events(calls: &mut Calls) -> Vec<Event> {
    std::iter::from_fn(|| calls.event()).collect()
}

#[test]
fn nothing_is_delivered_behind_the_last_part_that_came_early() {
    let mut server = server();
    hear(&mut server, &[(1, open(b"a")), (1, data(3, b"d", false)), (1, data(2, b"c", true))]);
    let begun = [Event::Opened(1), Event::Data(1, Bytes::from_static(b"a"), false)];
    assert_eq!(events(&mut server), begun);
    hear(&mut server, &[(1, data(1, b"b", false))]);
    let all = events(&mut server);
    let [Event::Data(1, _, false), Event::Data(1, last, true), Event::Over(1, reset)] = &all[..] else {
        panic!("{all:?}")
    };
    assert_eq!((&last[..], reset.code), (&b"c"[..], Code::Malformed));
    assert_eq!(server.len(), 0);
}

#[test]
fn who_asks_and_never_listens_is_given_up() {
    let mut server = server();
    hear(&mut server, &[(1, open(b"a"))]);
    events(&mut server);
    for _ in 0..MOST_CONTROL {
        hear(&mut server, &[(2, Kind::Ping { sent: 0, upto: 0 })]);
    }
    assert_eq!(events(&mut server), []);
    hear(&mut server, &[(2, Kind::Ping { sent: 0, upto: 0 })]);
    let given_up = events(&mut server);
    let [Event::Over(1, reset), Event::Left] = &given_up[..] else { panic!("{given_up:?}") };
    assert_eq!(reset.code, Code::Lost);
    assert!(!server.is_ready() && server.is_empty());
}

#[test]
fn who_listens_may_ask_for_ever() {
    let mut server = server();
    for _ in 0..3 * MOST_CONTROL {
        hear(&mut server, &[(2, Kind::Ping { sent: 0, upto: 0 })]);
        assert!(server.transmit(LEAST_MESSAGE, &mut Vec::new()).is_some());
    }
    assert_eq!(events(&mut server), []);
}

#[test]
fn a_small_part_keeps_no_large_message() {
    let mut server = server();
    let padding = (9, data(0, &[0; 4000], false));
    let message = hear(&mut server, &[(1, open(b"a")), (1, data(2, b"c", false)), padding.clone()]);
    hear(&mut server, &[(1, data(1, b"b", false)), padding]);
    let (from, to) = (message.as_ptr(), message.as_ptr().wrapping_add(message.len()));
    let kept = events(&mut server).into_iter().filter_map(|event| match event {
        Event::Data(_, data, _) => Some(data),
        _ => None,
    });
    let kept: Vec<Bytes> = kept.collect();
    assert_eq!(kept, ["a", "b", "c"]);
    assert!(kept.iter().all(|data| !(from..to).contains(&data.as_ptr())));
}
