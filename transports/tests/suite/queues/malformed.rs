//! Messages that cannot be read, and calls that are none.

use super::raw::*;
use super::*;
use crate::support::{Served, until};
use polyrpc_transports::ServerConfig;

/// A server, and a client of each kind.
struct Scene {
    served: Served,
    honest: HttpClient,
    raw: Raw,
    name: Name,
}

impl Scene {
    async fn new(config: ServerConfig) -> Self {
        let name = Name::new();
        let served = Served::start(&name.endpoint(), config).await;
        Self { served, honest: client(&name.endpoint()), raw: Raw::new(&name), name }
    }

    /// All is well.
    async fn ends(self) {
        is_answered(&self.honest).await;
        self.raw.is_answered(1 << 32).await;
        drop((self.honest, self.raw));
        self.served.stop().await;
        assert!(!self.name.exists());
        assert_eq!(self.name.open_replies(), [""; 0]);
    }

    async fn reset(&self, call: u64, code: u8, text: &str) {
        match self.raw.ending(call).await {
            Ending::Reset(found, said) => assert!(found == code && said.contains(text), "{found}: {said}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_passed_over() {
    let scene = Scene::new(ServerConfig::new()).await;
    let raw = &scene.raw;
    raw.is_answered(0).await;
    let whole = raw.open(1, END, &head("/plain"));
    let with = |at: usize, byte: u8| {
        let mut bytes = whole.bytes();
        bytes[at] = byte;
        bytes
    };
    let part = |kind, payload: &[u8]| raw.part(kind, 1, 0, 0, payload).bytes();
    let mut messages = vec![
        vec![],
        vec![1],
        whole.bytes()[..27].to_vec(),
        whole.bytes()[..28].to_vec(),
        whole.bytes()[..whole.bytes().len() - 1].to_vec(),
        with(0, 0),
        with(0, 2),
        with(1, 0),
        with(1, 8),
        with(1, 255),
        with(4, 255),
        // The address is longer than all there is.
        with(36, 255),
        part(OPEN, &[0; 8]),
        part(CREDIT, &[0; 7]),
        part(CREDIT, &[0; 9]),
        part(RESET, &[]),
        part(PING, &[]),
        part(LEAVE, &[0]),
        vec![255; 2048],
        vec![1; 2048],
        vec![0; 2048],
    ];
    let mut seed = 1_u64;
    messages.extend((0..200).map(|_| {
        let mut byte = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        };
        let mut bytes = whole.bytes();
        // But the numbers of the client and the call: they would be others.
        (0..8).for_each(|_| bytes[(usize::from(byte()) % 20 + 28) % 36] = byte());
        bytes
    }));
    for message in messages {
        raw.send(&message).await;
    }
    is_answered(&scene.honest).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    while raw.received().is_some() {}
    scene.ends().await;
}

#[tokio::test]
async fn what_stands_before_the_trouble_counts() {
    let scene = Scene::new(ServerConfig::new()).await;
    let mut message = scene.raw.open(1, END, &head("/plain")).bytes();
    message.extend([2, 2, 2]);
    scene.raw.send(&message).await;
    assert_eq!(scene.raw.ending(1).await, Ending::Status(200));
    scene.ends().await;
}

#[tokio::test]
async fn parts_of_others_in_a_message_do_nothing() {
    let scene = Scene::new(ServerConfig::new()).await;
    let raw = &scene.raw;
    let mut message = raw.open(1, END, &head("/plain")).bytes();
    let other = Part { client: raw.client ^ 1, ..raw.open(2, END, &head("/plain")) };
    message.extend(other.bytes());
    raw.send(&message).await;
    assert_eq!(raw.ending(1).await, Ending::Status(200));
    assert_eq!(scene.served.seen.begun(), 1);
    scene.ends().await;
}

#[tokio::test]
async fn a_request_that_is_no_http_is_refused() {
    let scene = Scene::new(ServerConfig::new()).await;
    for (call, (bytes, text)) in [
        (&[9][..], "framing"),
        (b"\x02\x04PO T", "malformed"),
        (b"\x00\x04POST\x04http\x00\x01/\x05", "cut"),
        (&[][..], "cut"),
    ]
    .into_iter()
    .enumerate()
    {
        scene.raw.send(&scene.raw.open(call as u64, END, bytes).bytes()).await;
        match scene.raw.ending(call as u64).await {
            Ending::Reset(MALFORMED, said) => println!("{text}: {said}"),
            other => panic!("{call}: {other:?}"),
        }
    }
    assert_eq!(scene.served.seen.begun(), 0);
    scene.ends().await;
}

#[tokio::test]
async fn more_bytes_than_there_was_credit_for_end_the_call() {
    let scene = Scene::new(ServerConfig::new()).await;
    let raw = &scene.raw;
    raw.send(&raw.open(1, 0, &head("/never")).bytes()).await;
    until("the call began", || scene.served.seen.begun() == 1).await;
    for number in 1..=65 {
        // A chunk of 1 022 bytes.
        let mut chunk = vec![0x43, 0xfe];
        chunk.resize(1024, 7);
        raw.send(&raw.part(DATA, 1, number, 0, &chunk).bytes()).await;
    }
    scene.reset(1, MALFORMED, "more bytes came than there was credit for").await;
    until("the handler was dropped", || scene.served.seen.dropped() == 1).await;
    scene.ends().await;
}

#[tokio::test]
async fn parts_behind_the_last_end_the_call() {
    let scene = Scene::new(ServerConfig::new()).await;
    let raw = &scene.raw;
    raw.send(&raw.open(1, END, &head("/never")).bytes()).await;
    raw.send(&raw.part(DATA, 1, 1, 0, b"more").bytes()).await;
    scene.reset(1, MALFORMED, "behind the last").await;
    scene.ends().await;
}

#[tokio::test]
async fn early_parts_wait_and_are_few() {
    let scene = Scene::new(ServerConfig::new()).await;
    let raw = &scene.raw;
    raw.send(&raw.open(1, 0, &head("/plain")).bytes()).await;
    raw.send(&raw.part(DATA, 1, 2, END, &[0]).bytes()).await;
    raw.send(&raw.part(DATA, 1, 1, 0, b"\x05early").bytes()).await;
    // Twice: it is passed over.
    raw.send(&raw.part(DATA, 1, 1, 0, b"\x05early").bytes()).await;
    assert_eq!(raw.ending(1).await, Ending::Status(200));
    raw.send(&raw.open(2, 0, &head("/never")).bytes()).await;
    for number in 2..=258 {
        raw.send(&raw.part(DATA, 2, number, 0, &[1]).bytes()).await;
    }
    scene.reset(2, LOST, "a part was lost").await;
    scene.ends().await;
}

#[tokio::test]
async fn a_call_is_executed_once_whatever_its_number() {
    let scene = Scene::new(ServerConfig::new()).await;
    let raw = &scene.raw;
    for number in [7, 1 << 33, u64::MAX - 1] {
        let message = raw.open(number, END, &head("/plain")).bytes();
        let begun = scene.served.seen.begun();
        raw.send(&message).await;
        assert_eq!(raw.ending(number).await, Ending::Status(200));
        raw.send(&message).await;
        is_answered(&scene.honest).await;
        assert_eq!(scene.served.seen.begun(), begun + 2, "{number}");
    }
    raw.send(&raw.open(u64::MAX, END, &head("/sleep")).bytes()).await;
    raw.send(&raw.open(u64::MAX, END, &head("/sleep")).bytes()).await;
    let begun = scene.served.seen.begun();
    is_answered(&scene.honest).await;
    assert!(scene.served.seen.begun() <= begun + 2);
    drop(scene);
}

#[tokio::test]
async fn unknown_calls_are_nobodys() {
    let scene = Scene::new(ServerConfig::new()).await;
    let raw = &scene.raw;
    // Before the server knows the client, and after.
    for _ in 0..2 {
        for kind in [DATA, CREDIT, RESET, LEAVE] {
            let payload: &[u8] = if kind == LEAVE { &[] } else { &[1; 8] };
            raw.send(&raw.part(kind, 5, 0, 0, payload).bytes()).await;
        }
        raw.is_answered(u64::from(raw.received().is_none()) + scene.served.seen.begun() as u64).await;
    }
    raw.send(&raw.part(PING, 5, 0, 0, &[0; 8]).bytes()).await;
    let parts = raw.parts().await;
    assert_eq!((parts[0].kind, parts[0].call, parts[0].payload[0]), (RESET, 5, 6));
    scene.ends().await;
}
