//! Servers that die without a word.

use super::children::{Child, User};
use super::raw::*;
use super::*;
use crate::support::{Served, next_frame};
use polyrpc_transports::ServerConfig;

#[tokio::test]
async fn calls_in_flight_are_lost_and_later_ones_find_the_next_server() {
    let name = Name::new();
    let honest = client(&name.endpoint());
    for _ in 0..2 {
        let mut server = Child::that_holds("serve", &name.endpoint(), User::Own).await;
        is_answered_soon(&honest).await;
        let mut stream = call(&honest, "/count").await.unwrap().into_body();
        let (sleeping, uploading) = (honest.clone(), honest.clone());
        let sleeping = tokio::spawn(async move { call(&sleeping, "/never").await.map(drop) });
        let (_send, body) = crate::support::channel_body();
        let uploading = tokio::spawn(uploading.send(request(Version::HTTP_2, "/plain", body)));
        next_frame(&mut stream).await.unwrap().unwrap();
        server.kill();
        let began = Instant::now();
        let error = sleeping.await.unwrap().unwrap_err();
        assert!(error.is_lost() && told(&error).contains("the server is gone"), "{error:?}");
        assert!(uploading.await.unwrap().unwrap_err().is_lost());
        let error = loop {
            match next_frame(&mut stream).await.expect("it has not ended well") {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(error.is_lost(), "{error:?}");
        assert!(began.elapsed() < Duration::from_millis(1200), "{:?}", began.elapsed());
        let error = call(&honest, "/plain").await.unwrap_err();
        assert!(error.is_connect() && error.never_started(), "{error:?}");
        assert!(told(&error).contains("whoever listened there is gone"), "{}", told(&error));
    }
    assert_eq!(name.open_replies(), [""; 0]);
}

#[tokio::test]
async fn what_was_in_the_queue_of_a_killed_server_does_nothing_to_the_next() {
    let name = Name::new();
    // One that holds the name and reads nothing.
    let mut server = Child::that_holds("hold", &name.endpoint(), User::Own).await;
    let raw = Raw::new(&name);
    while raw.try_send(&raw.open(1, END, &head("/plain")).bytes()) {}
    let honest = client(&name.endpoint());
    let waiting = honest.clone();
    let waiting = tokio::spawn(async move { call(&waiting, "/plain").await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.kill();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let error = waiting.await.unwrap().unwrap_err();
    assert!(error.is_lost(), "{error:?}");
    is_answered_soon(&honest).await;
    assert_eq!(served.seen.begun(), 1);
    assert_eq!(raw.received(), None);
    served.stop().await;
}

#[tokio::test]
async fn a_restart_within_the_time_that_a_client_believes_in_its_server() {
    let name = Name::new();
    let honest = client(&name.endpoint());
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    is_answered(&honest).await;
    served.kill().await;
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let called = tokio::time::timeout(Duration::from_secs(1), call(&honest, "/plain")).await;
    if let Err(error) = called.expect("it hangs") {
        assert!(error.is_lost(), "{error:?}");
    }
    is_answered(&honest).await;
    served.stop().await;
}
