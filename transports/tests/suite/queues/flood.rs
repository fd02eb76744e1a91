//! Floods, which cost the server no more than its limits say.

use std::fs;

use super::children::{Child, User};
use super::raw::*;
use super::*;
use crate::support::{Served, until};
use polyrpc_transports::ServerConfig;

#[tokio::test]
async fn clients_are_as_many_as_a_listener_takes() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new().connections(4)).await;
    let honest = client(&name.endpoint());
    is_answered(&honest).await;
    let raws = [0; 3].map(|_| Raw::new(&name));
    for raw in &raws {
        raw.send(&raw.open(1, END, &head("/plain")).bytes()).await;
        raw.is_answered(1).await;
    }
    let error = call(&client(&name.endpoint()), "/plain").await.unwrap_err();
    assert!(error.never_started(), "{error:?}");
    assert!(told(&error).contains("the server has as many clients as it may"), "{}", told(&error));
    is_answered(&honest).await;
    drop(raws);
    until("they are gone", || name.open_replies().len() == 2).await;
    is_answered(&client(&name.endpoint())).await;
    served.stop().await;
}

/// Whoever has one queue is one client, with however many numbers it calls.
#[tokio::test]
async fn an_address_has_one_client() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let mut raw = Raw::new(&name);
    let (first, open) = (raw.client, name.open_replies().len());
    raw.send(&raw.open(1, END, &head("/never")).bytes()).await;
    until("it is known", || served.seen.begun() == 1).await;
    for number in 0..2000 {
        raw.client = number;
        raw.send(&raw.open(1, 0, &head("/plain")).bytes()).await;
        for part in raw.parts().await {
            assert_eq!((part.kind, part.payload[0]), (RESET, REFUSED));
        }
    }
    assert_eq!((served.seen.begun(), name.open_replies().len()), (1, open + 1));
    raw.client = first;
    raw.send(&raw.open(2, END, &head("/plain")).bytes()).await;
    raw.is_answered(2).await;
    // Once the first has ended, another may be there.
    raw.send(&raw.part(LEAVE, 0, 0, 0, &[]).bytes()).await;
    until("it has left", || name.open_replies().len() == open).await;
    raw.client = 7;
    raw.send(&raw.open(1, END, &head("/plain")).bytes()).await;
    raw.is_answered(1).await;
    drop(raw);
    served.stop().await;
}

/// What stands behind a client's leave is not heard.
#[tokio::test]
async fn a_client_that_leaves_says_nothing_more() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let raw = Raw::new(&name);
    let open = name.open_replies().len();
    let open_of = |call| raw.open(call, END, &head("/never")).bytes();
    for call in 0..100 {
        let leave = raw.part(LEAVE, 0, 0, 0, &[]).bytes();
        raw.send(&[open_of(2 * call), leave, open_of(2 * call + 1)].concat()).await;
    }
    until("all have gone", || name.open_replies().len() == open).await;
    is_answered(&client(&name.endpoint())).await;
    drop(raw);
    served.stop().await;
}

/// Measured in a process of its own.
#[test]
fn what_a_client_does_not_read_is_bounded_whatever_it_is() {
    let name = Name::new();
    let mut child = Child::start("flood", &name.endpoint(), User::Own);
    for what in ["pings", "refusals", "cancels", "malformed", "small parts", "early parts", "credits"] {
        let said = child.says();
        println!("{said} KiB");
        let grown = said.strip_prefix(what).unwrap_or_else(|| panic!("{what}: {said}")).trim();
        assert!(grown.parse::<i64>().unwrap() < 4 << 10, "{said} KiB");
    }
    child.ends();
}

/// The child's part: says by how many KiB the process has grown with each flood.
pub(super) async fn flood(endpoint: &str) {
    let name = endpoint.split([':', '?']).nth(1).unwrap();
    let name = std::mem::ManuallyDrop::new(Name(name.to_owned()));
    room_for_queues();
    let _served = Served::start(endpoint, ServerConfig::new().unsent(1 << 20)).await;
    is_answered(&client(endpoint)).await;
    for what in ["pings", "refusals", "cancels", "malformed", "small parts", "early parts", "credits"] {
        let before = resident();
        let raw = Raw::new(&name);
        for number in 0..if what == "refusals" { 256 } else { 1 } {
            raw.send(&raw.open(number, 0, &head("/never")).bytes()).await;
        }
        for round in 0..3000_u64 {
            raw.send(&message(&raw, what, round)).await;
        }
        is_answered(&client(endpoint)).await;
        println!("child: {what} {}", resident() - before);
    }
}

/// As many parts as fit into a message.
fn message(raw: &Raw, what: &str, round: u64) -> Vec<u8> {
    let mut message = Vec::new();
    for number in 0.. {
        let index = round * 100 + number;
        let parts = match what {
            "pings" => vec![raw.part(PING, number % 2, 0, 0, &[0; 8])],
            "refusals" => vec![raw.open(1000 + index, 0, &[])],
            "cancels" => {
                vec![raw.open(1000 + index, END, &head("/never")), raw.part(RESET, 1000 + index, 0, 1, &[1])]
            }
            "malformed" => vec![raw.open(1000 + index, END, &[9])],
            // Of each message one byte counts, and the rest is nobody's.
            "small parts" => {
                let other = Part { client: 0, ..raw.part(DATA, 0, 0, 0, &[0; 1900]) };
                vec![raw.part(DATA, 0, round as u32 + 1, 0, &[1, 7][..1 + (round % 2) as usize]), other]
            }
            "early parts" => {
                let other = Part { client: 0, ..raw.part(DATA, 0, 0, 0, &[0; 1900]) };
                let begin = raw.open(1000 + round / 200, 0, &[]);
                vec![begin, raw.part(DATA, 1000 + round / 200, round as u32 % 200 + 2, 0, &[1]), other]
            }
            _ => vec![raw.part(CREDIT, 0, 0, 0, &index.to_be_bytes())],
        };
        let bytes: Vec<u8> = parts.iter().flat_map(Part::bytes).collect();
        if message.len() + bytes.len() > 2048 {
            break;
        }
        message.extend(bytes);
    }
    message
}

/// The KiB of memory that this process has.
pub(super) fn resident() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
