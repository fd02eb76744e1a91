//! Peers that send a byte a second. The clock runs ahead, so that hours pass at once.

use std::time::Duration;

use polyrpc::{CallExt, Code, Streaming};
use tokio::time::Instant;

use super::lazy;
use super::relay::{Flow, Relay};
use crate::kinds::{GRPC, JSONRPC, LENGTHS, LINES, Properties, WAYS, WEBSOCKET, XMLRPC, serve};
use crate::service::Streams;

/// All items arrive, however late, where no deadline was set.
async fn a_slow_server_is_waited_for(way: Properties) {
    let served = serve("tcp://127.0.0.1:0").await;
    // A cursor is closed when nobody has asked for more within a minute.
    let speed = if way.duplex { 1 } else { 8 };
    let relay = Relay::new(&served, Flow::Whole, Flow::Drips(speed)).await;
    let client = lazy(way, &relay.endpoint);
    let begun = Instant::now();
    let mut counting = client.count(3, None).await.unwrap();
    for expected in 0..3 {
        assert_eq!(counting.message().await.unwrap(), Some(expected), "{way:?}");
    }
    assert_eq!(counting.message().await.unwrap(), None, "{way:?}");
    assert!(begun.elapsed() > Duration::from_secs(60), "{way:?}: {:?}", begun.elapsed());
}

/// A slow client is served too, and holds up nobody; but a head of HTTP must come within ten seconds.
async fn a_slow_client_is_served(way: Properties) {
    let served = serve("tcp://127.0.0.1:0").await;
    let has_head = !matches!(way.framing, "newline" | "content-length");
    for speed in [1, 64] {
        let relay = Relay::new(&served, Flow::Drips(speed), Flow::Whole).await;
        let slow = lazy(way, &relay.endpoint);
        let begun = Instant::now();
        let call = tokio::spawn(async move { slow.sum(Streaming::from_items([1, 2])).await });
        tokio::time::sleep(Duration::from_secs(2)).await;
        let quick = lazy(way, &served.endpoint);
        assert_eq!(quick.sum(Streaming::from_items([3, 4])).await.unwrap(), 7);
        assert_eq!(begun.elapsed().as_secs(), 2, "{way:?}");
        match call.await.unwrap() {
            Ok(sum) => assert!(sum == 3 && (speed == 64 || !has_head), "{way:?}"),
            Err(status) => {
                assert!(speed == 1 && has_head, "{way:?}: {status}");
                assert_eq!(status.code(), Code::Unavailable, "{way:?}: {status}");
                assert!((9..14).contains(&begun.elapsed().as_secs()), "{way:?}: {:?}", begun.elapsed());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_stream_that_comes_byte_by_byte() {
    let served = serve("tcp://127.0.0.1:0").await;
    for way in WAYS {
        let relay = Relay::new(&served, Flow::Whole, Flow::Drips(1)).await;
        let client = lazy(way, &relay.endpoint);
        let begun = Instant::now();
        let counting = client.count(1_000_000, None).within(Duration::from_secs(20)).await;
        let failed = match counting {
            Err(status) => status,
            Ok(mut counting) => loop {
                match counting.message().await {
                    Ok(item) => assert!(item.is_some()),
                    Err(status) => break status,
                }
            },
        };
        assert_eq!(failed.code(), Code::DeadlineExceeded, "{way:?}: {failed}");
        assert_eq!(begun.elapsed().as_secs(), 20, "{way:?}");
    }
}

macro_rules! each_way {
    ($($way:ident $properties:ident,)*) => {
        $(mod $way {
            use super::*;

            #[tokio::test(start_paused = true)]
            async fn replies() {
                a_slow_server_is_waited_for($properties).await;
            }

            #[tokio::test(start_paused = true)]
            async fn requests() {
                a_slow_client_is_served($properties).await;
            }
        })*
    };
}

each_way! { grpc GRPC, jsonrpc JSONRPC, lines LINES, lengths LENGTHS, websocket WEBSOCKET, xmlrpc XMLRPC, }
