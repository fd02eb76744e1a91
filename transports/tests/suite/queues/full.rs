//! Queues that are full make their senders wait, and lose nothing.

use super::raw::*;
use super::*;
use crate::support::{Served, next_frame, until};
use polyrpc_transports::{Listener, ServerConfig};

#[tokio::test]
async fn five_hundred_calls_wait_for_a_server_that_does_not_read() {
    let name = Name::new();
    let listener = Listener::bind(&name.endpoint().parse().unwrap()).await.unwrap();
    let clients: Vec<_> = (0..5).map(|_| client(&name.endpoint())).collect();
    let calls: Vec<_> = (0..500)
        .map(|number| {
            let client = clients[number % 5].clone();
            tokio::spawn(async move {
                let body = format!("{number:0900}");
                let response = client.send(request(Version::HTTP_2, "/plain", body.clone())).await.unwrap();
                assert_eq!(response.into_body().collect(1000).await.unwrap().data, body);
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(!calls.iter().any(|call| call.is_finished()));
    let served = Served::on(listener, ServerConfig::new());
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(served.seen.begun(), 500);
    served.stop().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_back_itself_alone() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new().unsent(1 << 20)).await;
    let (raw, honest) = (Raw::new(&name), client(&name.endpoint()));
    for number in 0..100 {
        raw.send(&raw.open_with(number, END, u64::MAX, &head("/pour")).bytes()).await;
    }
    until("they pour", || served.seen.poured() > 1 << 20).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let poured = served.seen.poured();
    assert!(poured < 4 << 20, "what nobody reads is not asked for: {poured}");
    for _ in 0..20 {
        is_answered(&honest).await;
    }
    assert_eq!(served.seen.poured(), poured);
    let mut some = 0;
    while some < 100 {
        some += raw.parts().await.len();
    }
    until("more is asked for", || served.seen.poured() > poured).await;
    drop(raw);
    until("it is gone", || name.open_replies().len() == 2).await;
    is_answered(&honest).await;
    served.stop().await;
}

#[tokio::test]
async fn a_call_that_is_not_read_holds_back_itself_alone() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let honest = client(&name.endpoint());
    let mut unread = call(&honest, "/pour").await.unwrap().into_body();
    next_frame(&mut unread).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let poured = served.seen.poured();
    assert!(poured < 1 << 18, "{poured}");
    is_answered(&honest).await;
    while served.seen.poured() == poured {
        next_frame(&mut unread).await.unwrap().unwrap();
    }
    served.kill().await;
}
