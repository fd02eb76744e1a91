//! Addresses and numbers that are not the sender's own.

use super::raw::*;
use super::*;
use crate::support::{Served, until};
use nix::mqueue::{mq_close, mq_unlink};
use polyrpc_transports::ServerConfig;

#[tokio::test]
async fn queues_that_are_not_for_replies_of_this_server_get_nothing() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let other = Name::new();
    let digits = format!("{:032x}", random());
    let made = [
        // Another program's, another server's, and such as only look like ours.
        other.0.clone(),
        format!("{}{digits}", other.replies()),
        format!("{}{}", name.replies(), &digits[1..]),
        format!("{}{}g", name.replies(), &digits[1..]),
        format!("{}{digits}0", name.replies()),
    ];
    let queues = made.clone().map(|address| make(&address, 4, 1024, 0o600));
    let none = [
        name.0.clone(),
        String::new(),
        "/".to_owned(),
        "x".repeat(255),
        format!("/{}", "x".repeat(254)),
        format!("{}../../{}", name.replies(), &digits[6..]),
        format!("{}{digits}", name.replies()),
        format!("{}\0{digits}", name.replies()),
    ];
    let honest = client(&name.endpoint());
    is_answered(&honest).await;
    for address in made.iter().cloned().chain(none) {
        let raw = Raw::without(&name, address);
        for call in 0..3 {
            raw.send(&raw.open(call, END, &head("/plain")).bytes()).await;
        }
        is_answered(&honest).await;
    }
    assert!(queues.iter().all(|queue| receive(queue).is_none()));
    assert_eq!(name.open_replies().len(), 2 + 3, "both ends of the honest client's, and those made here");
    assert_eq!(served.seen.begun(), 14, "the honest client's");
    queues.into_iter().for_each(|queue| mq_close(queue).unwrap());
    made.iter().for_each(|address| mq_unlink(address.as_str()).unwrap());
    served.stop().await;
}

#[tokio::test]
async fn queues_that_cannot_be_for_replies_get_nothing() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    // Messages that are too small, and a queue that others could read.
    for (size, mode) in [(511, 0o600), (1024, 0o666), (1024, 0o644)] {
        let address = format!("{}{:032x}", name.replies(), random());
        let queue = make(&address, 4, size, mode);
        let raw = Raw::without(&name, address.clone());
        raw.send(&raw.open(1, END, &head("/plain")).bytes()).await;
        is_answered(&client(&name.endpoint())).await;
        assert_eq!(receive(&queue), None);
        mq_unlink(address.as_str()).unwrap();
        mq_close(queue).unwrap();
    }
    assert_eq!(served.seen.begun(), 3);
    served.stop().await;
}

#[tokio::test]
async fn a_client_takes_nothing_for_its_own_that_another_began() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let honest = client(&name.endpoint());
    is_answered(&honest).await;
    // The other knows where the client receives.
    let forger = Raw::without(&name, name.open_replies()[0].clone());
    let in_flight = honest.clone();
    let in_flight = tokio::spawn(async move { call(&in_flight, "/sleep").await });
    for number in 0..20 {
        forger.send(&forger.open(number, END, &head("/teapot")).bytes()).await;
    }
    for _ in 0..20 {
        is_answered(&honest).await;
    }
    let slept = in_flight.await.unwrap().unwrap().into_body();
    assert_eq!(slept.collect(9).await.unwrap().data, "slept");
    assert_eq!(served.seen.begun(), 22, "an address has one client");
    served.stop().await;
}

#[tokio::test]
async fn a_clients_number_is_of_use_at_its_address_alone() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let victim = Raw::new(&name);
    victim.send(&victim.open(1, END, &head("/sleep")).bytes()).await;
    until("it began", || served.seen.begun() == 1).await;
    let mut forger = Raw::new(&name);
    forger.client = victim.client;
    forger.send(&forger.open(2, END, &head("/plain")).bytes()).await;
    is_answered(&client(&name.endpoint())).await;
    assert_eq!(victim.ending(1).await, Ending::Status(200));
    assert_eq!(served.seen.begun(), 2);
    assert_eq!((victim.received(), forger.received()), (None, None));
    served.stop().await;
}
