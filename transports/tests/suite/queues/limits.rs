//! Limits of a client's calls.

use std::time::Duration;

use super::raw::*;
use super::*;
use crate::support::{Served, until};
use polyrpc_transports::ServerConfig;

#[tokio::test]
async fn a_head_has_a_size() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new().header_list(1000)).await;
    let raw = Raw::new(&name);
    let mut long = head("/plain");
    // One field, whose name and value are too long together.
    long.pop();
    long.extend([1, b'a', 0x44, 0x00]);
    long.resize(long.len() + 1024, b'x');
    long.push(0);
    raw.send(&raw.open(1, END, &long).bytes()).await;
    assert_eq!(raw.ending(1).await, Ending::Status(431));
    // One that is only announced, and one that comes bit by bit.
    let announced = raw.open(2, 0, b"\x02\x04POST\x04http\x00\x80\xff\xff\xff");
    raw.send(&announced.bytes()).await;
    assert_eq!(raw.ending(2).await, Ending::Status(431));
    raw.send(&raw.open(3, 0, &long[..10]).bytes()).await;
    for (number, byte) in long[10..].chunks(200).enumerate() {
        raw.send(&raw.part(DATA, 3, number as u32 + 1, 0, byte).bytes()).await;
    }
    assert_eq!(raw.ending(3).await, Ending::Status(431));
    assert_eq!(served.seen.begun(), 0);
    raw.is_answered(4).await;
    is_answered(&client(&name.endpoint())).await;
    served.stop().await;
}

#[tokio::test]
async fn a_head_must_come_in_time() {
    let name = Name::new();
    let config = ServerConfig::new().head_timeout(Duration::from_millis(200));
    let served = Served::start(&name.endpoint(), config).await;
    let raw = Raw::new(&name);
    raw.send(&raw.open(1, 0, &head("/plain")[..5]).bytes()).await;
    let began = Instant::now();
    let text = "the head of the request did not come in time".to_owned();
    assert_eq!(raw.ending(1).await, Ending::Reset(MALFORMED, text));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    raw.is_answered(2).await;
    served.stop().await;
}

#[tokio::test]
async fn a_body_must_go_on() {
    let name = Name::new();
    let config = ServerConfig::new().stalled_body(Duration::from_millis(200));
    let served = Served::start(&name.endpoint(), config).await;
    let raw = Raw::new(&name);
    raw.send(&raw.open(1, 0, &head("/plain")).bytes()).await;
    assert_eq!(raw.ending(1).await, Ending::Status(408));
    raw.is_answered(2).await;
    served.stop().await;
}

#[tokio::test]
async fn a_client_has_so_many_calls() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let raw = Raw::new(&name);
    for number in 0..256 {
        raw.send(&raw.open(number, END, &head("/never")).bytes()).await;
    }
    until("they began", || served.seen.begun() == 256).await;
    assert_eq!(raw.received(), None);
    raw.send(&raw.open(256, END, &head("/plain")).bytes()).await;
    let text = "the client has 256 calls open, and may have no more".to_owned();
    assert_eq!(raw.ending(256).await, Ending::Reset(REFUSED, text));
    is_answered(&client(&name.endpoint())).await;
    raw.send(&raw.part(RESET, 7, 0, 1, &[1]).bytes()).await;
    until("its handler was dropped", || served.seen.dropped() == 1).await;
    raw.is_answered(257).await;
    raw.send(&raw.part(LEAVE, 0, 0, 0, &[]).bytes()).await;
    until("all handlers were dropped", || served.seen.dropped() == 256).await;
    served.stop().await;
}
