//! Ends of clients, servers and runtimes, in whatever order they come.

use std::future::Future;

use super::*;
use crate::support::{Served, until};
use polyrpc_transports::{Listener, ServerConfig};
use tokio::runtime::Runtime;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// What is polled once.
fn begin(future: impl Future) {
    let mut future = std::pin::pin!(future);
    let _ = future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
}

#[test]
fn queues_are_removed_in_whatever_order_their_ends_are_dropped() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let name = Name::new();
        let (of_server, of_client) = (runtime(), runtime());
        let served = of_server.block_on(Served::start(&name.endpoint(), ServerConfig::new()));
        let honest = of_client.block_on(async {
            let honest = client(&name.endpoint());
            honest.ready(Version::HTTP_2).await.unwrap();
            // Whoever only looks leaves nothing that somebody would have to remove.
            assert_eq!(name.open_replies(), [""; 0]);
            let caller = honest.clone();
            tokio::spawn(async move { call(&caller, "/plain").await });
            until("it calls", || !name.open_replies().is_empty()).await;
            honest
        });
        let replies = name.open_replies();
        assert_eq!(replies.len(), 1);
        let mut parts: Vec<Option<Box<dyn std::any::Any>>> =
            vec![Some(Box::new(of_server)), Some(Box::new(of_client)), Some(Box::new(honest))];
        order.into_iter().for_each(|index| drop(parts[index].take()));
        assert!(!name.exists() && !exists(&replies[0]), "{order:?}");
        assert_eq!(name.open_replies(), [""; 0]);
        drop(served);
    }
}

#[tokio::test]
async fn a_client_that_is_dropped_while_it_connects_leaves_nothing() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    for _ in 0..10 {
        let honest = client(&name.endpoint());
        begin(honest.ready(Version::HTTP_2));
        begin(call(&honest, "/never"));
    }
    // What they began goes on before it ends.
    tokio::time::sleep(Duration::from_millis(50)).await;
    until("they are gone", || name.open_replies().is_empty()).await;
    let honest = client(&name.endpoint());
    is_answered(&honest).await;
    assert!(!name.open_replies().is_empty());
    drop(honest);
    until("it is gone", || name.open_replies().is_empty()).await;
    served.stop().await;
}

#[tokio::test]
async fn a_call_outlives_its_client_and_then_nothing_is_left() {
    let name = Name::new();
    let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
    let honest = client(&name.endpoint());
    let mut body = call(&honest, "/count").await.unwrap().into_body();
    drop(honest);
    for _ in 0..3 {
        crate::support::next_frame(&mut body).await.unwrap().unwrap();
    }
    drop(body);
    until("it is gone", || name.open_replies().is_empty()).await;
    served.stop().await;
}

#[tokio::test]
async fn the_name_is_free_as_soon_as_a_listener_has_ended() {
    let name = Name::new();
    let endpoint = name.endpoint().parse().unwrap();
    drop(Listener::bind(&endpoint).await.unwrap());
    assert!(!name.exists());
    let honest = client(&name.endpoint());
    for graceful in [true, false, true, false] {
        let served = Served::start(&name.endpoint(), ServerConfig::new()).await;
        is_answered_soon(&honest).await;
        if graceful {
            served.stop().await
        } else {
            served.kill().await
        }
        assert!(!name.exists());
        // Just now the client has seen that the server was there.
        let error = match call(&honest, "/plain").await.unwrap_err() {
            lost if lost.is_lost() => {
                assert!(told(&lost).contains("the server is gone"), "{}", told(&lost));
                call(&honest, "/plain").await.unwrap_err()
            }
            error => error,
        };
        assert!(error.is_connect() && error.never_started(), "{error:?}");
        assert!(told(&error).contains("nobody listens on"), "{}", told(&error));
    }
}

#[test]
fn a_client_goes_on_in_another_runtime() {
    let name = Name::new();
    let server = runtime();
    let served = server.block_on(Served::start(&name.endpoint(), ServerConfig::new()));
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = std::thread::spawn(move || {
        server.block_on(async {
            let _ = ended.await;
            served.stop().await;
        });
    });
    let honest = client(&name.endpoint());
    for _ in 0..3 {
        runtime().block_on(is_answered(&honest));
    }
    drop(honest);
    drop(end);
    serving.join().unwrap();
    assert!(!name.exists());
    assert_eq!(name.open_replies(), [""; 0]);
}
