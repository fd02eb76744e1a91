use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use http::{request, response};

use super::*;
use crate::message::bhttp::encode;
use crate::message::layer::{Config, Key, Kind, Part};

/// Room for messages, of which nobody reads any.
#[derive(Clone, Default)]
struct Room(Arc<AtomicUsize>);

impl Outbox for Room {
    fn largest(&self) -> usize {
        1024
    }

    fn try_send(&mut self, _: &[u8], _: u32) -> io::Result<()> {
        let taken = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |room| room.checked_sub(1));
        taken.map(drop).map_err(|_| io::ErrorKind::WouldBlock.into())
    }

    fn poll_send(&mut self, _: &mut Context<'_>, message: &[u8], priority: u32) -> Poll<io::Result<()>> {
        match self.try_send(message, priority) {
            Err(_) => Poll::Pending,
            sent => Poll::Ready(sent),
        }
    }

    fn is_lost(&self) -> bool {
        false
    }

    fn is_abandoned(&self) -> bool {
        false
    }

    fn remove(&self) {}
}

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    fn times(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

const CLIENT: u64 = 7;

fn config() -> Config {
    Config { window: 4096, most_calls: 8, silence: None }
}

fn client(room: &Room) -> Link<response::Parts, Room> {
    Link::new(Calls::of_client(config(), CLIENT, Bytes::from_static(b"/replies")), room.clone(), 4096)
}

fn server(room: &Room) -> Link<request::Parts, Room> {
    Link::new(Calls::at_server(config(), CLIENT, Bytes::from_static(b"/replies")), room.clone(), 4096)
}

fn message(call: u64, kind: Kind) -> Bytes {
    let mut message = Vec::new();
    Part { key: Key { client: CLIENT, call }, kind }.write(&mut message);
    message.into()
}

/// A whole request, for whose response there is no credit.
fn asked(call: u64) -> Bytes {
    let (head, ()) = http::Request::post("/").body(()).unwrap().into_parts();
    let mut data = Vec::new();
    encode::request(&head, &http::uri::Scheme::HTTP, b"", None, &mut data);
    let reply_to = Bytes::from_static(b"/replies");
    message(call, Kind::Open { reply_to, credit: 0, data: data.into(), end: true })
}

#[test]
fn a_driver_is_woken_again_once_a_caller_has_found_room() {
    let (room, woken) = (Room::default(), Arc::new(Woken::default()));
    let link = client(&room);
    link.driven_by(&Waker::from(woken.clone()));
    let call = link.open(Bytes::from_static(b"one"), true, 0).unwrap();
    link.flush();
    link.end(call, Reset::new(Code::Cancelled, ""));
    room.0.store(100, Ordering::SeqCst);
    // It writes all there is by itself.
    link.open(Bytes::from_static(b"two"), true, 0).unwrap();
    assert!(!link.has_to_write());
    let before = woken.times();
    link.open(Bytes::from_static(b"three"), true, 0).unwrap();
    assert!(link.has_to_write() && woken.times() > before, "nobody writes what the third call says");
}

#[test]
fn who_waits_until_less_is_unsent_is_woken_when_the_rest_is_given_up() {
    let (room, woken) = (Room::default(), Arc::new(Woken::default()));
    let link = server(&room);
    for call in [0, 1] {
        link.receive(asked(call), 0).unwrap();
        link.take_head(call).unwrap();
    }
    link.send(0, vec![0; 1000].into(), true);
    let waker = Waker::from(woken.clone());
    let cx = Context::from_waker(&waker);
    assert!(link.poll_failed(1, &cx).is_pending() && link.poll_unsent(100).is_pending());
    link.receive(message(0, Kind::Reset(Reset::new(Code::Cancelled, ""))), 0).unwrap();
    assert_eq!(woken.times(), 1);
    assert!(link.poll_unsent(100).is_ready());
}

#[test]
fn a_request_whose_answer_is_whole_needs_no_more_of_its_body() {
    let room = Room::default();
    let link = client(&room);
    let call = link.open(Bytes::from_static(b"one"), false, 0).unwrap();
    let cx = Context::from_waker(Waker::noop());
    assert_eq!(link.poll_room(call, &cx), Poll::Ready(true));
    let (head, ()) = http::Response::new(()).into_parts();
    let mut data = Vec::new();
    encode::response(&head, b"", None, &mut data).unwrap();
    link.receive(message(call, Kind::Data { number: 0, data: data.into(), end: true }), 0).unwrap();
    assert_eq!(link.poll_room(call, &cx), Poll::Ready(false));
}

#[test]
fn a_head_over_the_limit_arrives_once_however_many_parts_it_has() {
    let room = Room::default();
    let link = server(&room);
    let (mut head, ()) = http::Request::post("/").body(()).unwrap().into_parts();
    head.headers.insert("x-large", "x".repeat(30_000).parse().unwrap());
    let mut data = Vec::new();
    encode::request(&head, &http::uri::Scheme::HTTP, b"", None, &mut data);
    let mut data = Bytes::from(data);
    let reply_to = Bytes::from_static(b"/replies");
    let first = data.split_to(8000);
    link.receive(message(0, Kind::Open { reply_to, credit: 4096, data: first, end: false }), 0).unwrap();
    for number in 1..4 {
        let data = data.split_to(data.len().min(8000));
        link.receive(message(0, Kind::Data { number, data, end: number == 3 }), 0).unwrap();
    }
    let mut arrived = Vec::new();
    link.take_arrived(&mut arrived);
    assert!(matches!(arrived[..], [Arrival::TooLarge(0)]));
}
