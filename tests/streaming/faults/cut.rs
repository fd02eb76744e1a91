//! Connections that end wherever they may: what was begun and not ended is a failure, and never a quiet end.

use std::sync::atomic::Ordering;

use polyrpc::{Status, Streaming};

use super::relay::{Flow, Relay};
use super::{in_time, lazy};
use crate::kinds::{GRPC, JSONRPC, LENGTHS, LINES, Properties, WEBSOCKET, XMLRPC, serve, soon};
use crate::service::{Streams, StreamsClient};

/// Items of the streams that are cut.
const ITEMS: u64 = 20;

/// Places where a stream is cut, more or less.
const CUTS: usize = 60;

const CUT: [fn(usize) -> Flow; 2] = [Flow::Ends, Flow::Resets];

/// The items of a reply, and how it ended.
async fn counted(client: &StreamsClient) -> (Vec<u64>, Result<(), Status>) {
    let mut items = Vec::new();
    let mut counting = match client.count(ITEMS, Some(1)).await {
        Ok(counting) => counting,
        Err(status) => return (items, Err(status)),
    };
    loop {
        match counting.message().await {
            Ok(Some(item)) => items.push(item),
            Ok(None) => return (items, Ok(())),
            Err(status) => return (items, Err(status)),
        }
    }
}

/// A reply is cut everywhere between its first byte and its last.
async fn replies(way: Properties) {
    let served = serve("tcp://127.0.0.1:0").await;
    let relay = Relay::new(&served, Flow::Whole, Flow::Whole).await;
    let whole = counted(&lazy(way, &relay.endpoint)).await;
    assert!(whole.0.into_iter().eq(0..ITEMS) && whole.1.is_ok());
    let total = relay.answered();
    let mut begun = 0;
    for place in (0..total).step_by((total / CUTS).max(1)) {
        for cut in CUT {
            let relay = Relay::new(&served, Flow::Whole, cut(place)).await;
            let client = lazy(way, &relay.endpoint);
            let (items, ended) = in_time(&format!("{way:?} cut at {place}"), counted(&client)).await;
            assert!(items.iter().copied().eq(0..items.len() as u64), "{way:?} cut at {place}: {items:?}");
            assert!(
                ended.is_err() || items.len() as u64 == ITEMS,
                "{way:?}: cut at {place} of {total} bytes by {cut:?} it ended quietly behind {items:?}"
            );
            begun += usize::from(ended.is_err() && !items.is_empty());
        }
    }
    assert!(begun > 0, "{way:?}: no cut was in the middle of the stream");
}

/// A request is cut everywhere between its first byte and its last.
async fn requests(way: Properties) {
    let served = serve("tcp://127.0.0.1:0").await;
    let relay = Relay::new(&served, Flow::Whole, Flow::Whole).await;
    let sum = (0..ITEMS).sum::<u64>();
    assert_eq!(lazy(way, &relay.endpoint).sum(Streaming::from_items(0..ITEMS)).await.unwrap(), sum);
    let total = relay.sent();
    let (sums, summing) = (served.sample.sums.clone(), served.sample.summing.clone());
    for place in (0..total).step_by((total / CUTS).max(1)) {
        for cut in CUT {
            let relay = Relay::new(&served, cut(place), Flow::Whole).await;
            let client = lazy(way, &relay.endpoint);
            let call = client.sum(Streaming::from_items(0..ITEMS));
            let answer = in_time(&format!("{way:?} cut at {place}"), call).await;
            assert!(
                answer.as_ref().is_err() || answer.as_ref().is_ok_and(|answer| *answer == sum),
                "{way:?}: cut at {place} of {total} bytes by {cut:?} it came to {answer:?}"
            );
            drop((client, relay));
            soon(|| summing.load(Ordering::SeqCst) == 0).await;
            let sums = sums.lock().unwrap();
            assert!(sums.iter().all(|of| *of == sum), "{way:?}: cut at {place} by {cut:?}: {sums:?}");
        }
    }
}

macro_rules! each_way {
    ($($way:ident $properties:ident,)*) => {
        $(mod $way {
            use super::*;

            #[tokio::test]
            async fn a_reply_that_is_cut_is_a_failure() {
                replies($properties).await;
            }

            #[tokio::test]
            async fn a_request_that_is_cut_is_a_failure() {
                requests($properties).await;
            }
        })*
    };
}

each_way! { grpc GRPC, jsonrpc JSONRPC, lines LINES, lengths LENGTHS, websocket WEBSOCKET, xmlrpc XMLRPC, }
