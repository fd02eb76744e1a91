//! Peers that fall silent: at once, in the middle of a stream, or of a request.

use std::time::{Duration, Instant};

use polyrpc::{CallExt, Code, Context, Status, Streaming};

use super::relay::{Flow, Relay};
use super::{accepting, in_time, lazy};
use crate::kinds::{WAYS, serve, soon};
use crate::service::{Line, Streams};

/// How long a caller waits.
const PATIENCE: Duration = Duration::from_millis(100);

/// When it has waited too long.
const LATE: Duration = Duration::from_secs(2);

fn late<T: std::fmt::Debug>(what: &str, begun: Instant, outcome: Result<T, Status>) {
    let status = outcome.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{what}: {status}");
    let took = begun.elapsed();
    assert!((PATIENCE..LATE).contains(&took), "{what}: {took:?}");
}

/// A stream that is ended only by who drops it.
fn endless<T: Send + 'static>() -> Streaming<T> {
    Streaming::new(futures_util::stream::pending())
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_at_the_deadline() {
    let (place, accepting) = accepting().await;
    for way in WAYS {
        let client = lazy(way, &place);
        let cx = Context::current();
        let begun = Instant::now();
        late("unary", begun, client.cancellations().within(PATIENCE).await);
        let begun = Instant::now();
        late("server", begun, counted_whole(client.count(3, None).within(PATIENCE).await).await);
        let begun = Instant::now();
        late("client", begun, client.sum(Streaming::from_items([1, 2])).within(PATIENCE).await);
        let begun = Instant::now();
        late("an endless client", begun, client.sum(endless()).within(PATIENCE).await);
        let begun = Instant::now();
        late("both", begun, counted_whole(client.shout(&cx, endless::<Line>()).within(PATIENCE).await).await);
    }
    accepting.abort();
}

/// How many items a stream had, if it had an end.
async fn counted_whole<T>(stream: Result<Streaming<T>, Status>) -> Result<usize, Status> {
    let (mut stream, mut count) = (stream?, 0);
    while stream.message().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[tokio::test]
async fn a_stream_that_falls_silent_ends_at_the_deadline() {
    let served = serve("tcp://127.0.0.1:0").await;
    for way in WAYS {
        let client = lazy(way, &served.endpoint);
        let begun = Instant::now();
        let mut heads = client.subscribe("newHeads".into()).within(2 * PATIENCE).await.unwrap();
        for number in ["0x0", "0x1", "0x2"] {
            assert_eq!(heads.message().await.unwrap().unwrap().number, number, "{way:?}");
        }
        late(&format!("{way:?}"), begun, in_time("a silent stream", heads.message()).await);
        assert_eq!(heads.message().await.unwrap(), None);
    }
}

/// The network, or whoever lies between, swallows what the server says from some byte on.
#[tokio::test]
async fn a_reply_that_stops_anywhere_ends_at_the_deadline() {
    let served = serve("tcp://127.0.0.1:0").await;
    for way in WAYS {
        let relay = Relay::new(&served, Flow::Whole, Flow::Whole).await;
        assert_eq!(counted_whole(lazy(way, &relay.endpoint).count(20, None).await).await.unwrap(), 20);
        let total = relay.answered();
        for place in (0..total - 100).step_by(total / 7) {
            let relay = Relay::new(&served, Flow::Whole, Flow::Stops(place)).await;
            let client = lazy(way, &relay.endpoint);
            let begun = Instant::now();
            let counting = async { counted_whole(client.count(20, None).within(PATIENCE).await).await };
            let outcome = in_time("a reply that stops", counting).await;
            if outcome.as_ref().ok() != Some(&20) {
                late(&format!("{way:?} stops at {place} of {total}"), begun, outcome);
            }
        }
    }
}

/// A caller falls silent in the middle of what it sends: the method waits for no longer than its caller allowed.
#[tokio::test]
async fn a_request_that_stops_is_over_at_its_deadline_at_the_server_too() {
    let served = serve("tcp://127.0.0.1:0").await;
    let sample = served.sample.clone();
    for way in WAYS.into_iter().filter(|way| way.duplex) {
        let client = lazy(way, &served.endpoint);
        let begun = Instant::now();
        late("a sum", begun, client.sum(endless()).within(PATIENCE).await);
        soon(|| sample.summing.load(std::sync::atomic::Ordering::SeqCst) == 0).await;
    }
}
