//! Queues whose names are taken from them.

use super::raw::*;
use super::*;
use crate::support::{Served, next_frame, until};
use nix::mqueue::mq_unlink;
use polyrpc_transports::ServerConfig;

#[tokio::test]
async fn the_servers_queue_is_made_anew_and_calls_in_flight_go_on() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let honest = client(&name.endpoint());
    let sleeping = honest.clone();
    let sleeping = tokio::spawn(async move { call(&sleeping, "/sleep").await });
    let mut stream = call(&honest, "/count").await.unwrap().into_body();
    until("both began", || served.seen.begun() == 2).await;
    for _ in 0..3 {
        name.unlink();
        let began = Instant::now();
        while !name.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            assert!(began.elapsed() < Duration::from_secs(1), "it is not made anew");
        }
        is_answered_soon(&honest).await;
        is_answered(&client(&name.endpoint())).await;
        next_frame(&mut stream).await.unwrap().unwrap();
    }
    let slept = sleeping.await.unwrap().unwrap().into_body();
    assert_eq!(slept.collect(9).await.unwrap().data, "slept");
    drop(stream);
    drop(honest);
    until("nothing of the old is left", || name.open_replies().is_empty()).await;
    served.stop().await;
    assert!(!name.exists());
}

#[tokio::test]
async fn a_call_in_a_queue_that_was_deleted_is_answered_or_fails_soon() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let honest = client(&name.endpoint());
    for _ in 0..3 {
        until("it is made anew", || name.exists()).await;
        is_answered_soon(&honest).await;
        name.unlink();
        // The client has looked just now, and believes in the queue.
        let answered = tokio::time::timeout(Duration::from_secs(2), call(&honest, "/plain")).await;
        if let Err(error) = answered.expect("it hangs") {
            assert!(error.is_lost() || error.never_started(), "{error:?}");
        }
    }
    is_answered_soon(&honest).await;
    served.stop().await;
}

#[tokio::test]
async fn the_queue_for_replies_is_missed() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let honest = client(&name.endpoint());
    is_answered(&honest).await;
    let in_flight = honest.clone();
    let in_flight = tokio::spawn(async move { call(&in_flight, "/never").await });
    until("it began", || served.seen.begun() == 2).await;
    mq_unlink(name.open_replies()[0].as_str()).unwrap();
    let began = Instant::now();
    let error = in_flight.await.unwrap().unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(error.is_lost() && told(&error).contains("the queue for replies was removed"), "{error:?}");
    is_answered(&honest).await;
    until("its handler was dropped", || served.seen.dropped() == 1).await;
    served.stop().await;
}

#[tokio::test]
async fn a_queue_for_replies_that_was_removed_between_calls_is_missed() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let honest = client(&name.endpoint());
    is_answered(&honest).await;
    mq_unlink(name.open_replies()[0].as_str()).unwrap();
    let called = tokio::time::timeout(Duration::from_secs(1), call(&honest, "/plain")).await;
    if let Err(error) = called.expect("it hangs") {
        assert!(error.is_lost(), "{error:?}");
    }
    is_answered(&honest).await;
    served.stop().await;
}

#[tokio::test]
async fn the_answer_to_an_address_that_is_gone_is_nobodys() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let raw = Raw::new(&name);
    mq_unlink(raw.address.as_str()).unwrap();
    raw.send(&raw.open(1, END, &head("/plain")).bytes()).await;
    is_answered(&client(&name.endpoint())).await;
    assert_eq!(served.seen.begun(), 1);
    assert_eq!(raw.received(), None);
    served.stop().await;
}
