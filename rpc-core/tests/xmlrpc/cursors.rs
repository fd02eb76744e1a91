//! Cursors: streams that are read bit by bit.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyrpc_core::{Call, HttpService, Next, from_fn};

use crate::feed::{Source, server};
use crate::shelf::{Answer, call, param};
use crate::streams::ask;

/// A server, and what it is asked.
struct Cursors(HttpService);

impl Cursors {
    fn of(source: &Source) -> Cursors {
        Cursors(server(source).into_service().unwrap())
    }

    async fn ask(&self, method: &str, params: &[&str]) -> Answer {
        let params: String = params.iter().map(|value| param(value)).collect();
        ask(&self.0, &[], call(method, &params)).await
    }

    async fn try_open(&self, method: &str, args: &[&str]) -> Answer {
        let args: String = args.iter().map(|arg| format!("<value>{arg}</value>")).collect();
        self.ask("system.stream.open", &[method, &format!("<array><data>{args}</data></array>")]).await
    }

    async fn open(&self, method: &str, args: &[&str]) -> String {
        let answer = self.try_open(method, args).await;
        let id = answer.result().strip_prefix("<string>").and_then(|rest| rest.strip_suffix("</string>"));
        id.unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
    }

    async fn next(&self, id: &str, max: u32) -> Answer {
        self.ask("system.stream.next", &[id, &format!("<int>{max}</int>")]).await
    }

    async fn close(&self, id: &str) -> bool {
        self.ask("system.stream.close", &[id]).await.result() == "<boolean>1</boolean>"
    }
}

/// The integers that a `next` answered, and whether they were the last.
fn batch(answer: &Answer) -> (Vec<u64>, bool) {
    let integers = answer.result().split("<int>").skip(1);
    let integers = integers.map(|rest| rest.split('<').next().unwrap().parse().unwrap());
    (integers.collect(), answer.result().contains("<boolean>1</boolean>"))
}

const GONE: (i64, &str) =
    (-32005, "there is no such stream: it has ended, was closed, or was not read for 60 s");

#[tokio::test]
async fn items_come_as_many_as_are_asked_for_and_the_end_with_the_last() {
    let cursors = Cursors::of(&Source::default());
    let id = cursors.open("feed.count", &["<int>5</int>"]).await;
    assert_eq!(batch(&cursors.next(&id, 2).await), (vec![0, 1], false));
    assert_eq!(batch(&cursors.next(&id, 2).await), (vec![2, 3], false));
    assert_eq!(batch(&cursors.next(&id, 2).await), (vec![4], true));
    assert_eq!(cursors.next(&id, 2).await.fault(), GONE);
    // Where just so many were asked for, the end is still to be seen.
    let id = cursors.open("feed.v1.Feed/Count", &["<int>2</int>"]).await;
    assert_eq!(batch(&cursors.next(&id, 2).await), (vec![0, 1], false));
    assert_eq!(batch(&cursors.next(&id, 2).await), (vec![], true));
}

#[tokio::test]
async fn one_answer_has_about_32_kibibytes() {
    let cursors = Cursors::of(&Source::default());
    let id = cursors.open("feed.count", &["<int>1000000</int>"]).await;
    let answer = cursors.next(&id, 1_000_000).await;
    assert!((32 << 10..33 << 10).contains(&answer.body.len()), "{}", answer.body.len());
    let (items, done) = batch(&answer);
    assert!(items.len() > 1000 && !done);
    assert_eq!(batch(&cursors.next(&id, 1).await), (vec![items.len() as u64], false));
}

#[tokio::test(start_paused = true)]
async fn next_waits_for_one_item_and_takes_no_more_than_are_ready() {
    let cursors = Cursors::of(&Source::default());
    let id = cursors.open("feed.count", &["<int>2</int>", "<int>50000</int>"]).await;
    for expected in [(vec![0], false), (vec![1], true)] {
        let start = tokio::time::Instant::now();
        assert_eq!(batch(&cursors.next(&id, 9).await), expected);
        assert!(start.elapsed() >= Duration::from_secs(50));
    }
}

#[tokio::test]
async fn a_failure_is_the_fault_of_the_next_behind_the_last_item() {
    let cursors = Cursors::of(&Source::default());
    let id = cursors.open("feed.fail_after", &["<int>2</int>"]).await;
    assert_eq!(batch(&cursors.next(&id, 9).await), (vec![0, 1], false));
    let failed = cursors.next(&id, 9).await;
    assert_eq!(failed.fault(), (-32009, "ended after 2"));
    assert!(failed.headers.contains_key("rpc-status-details-bin"));
    assert_eq!(cursors.next(&id, 9).await.fault(), GONE);

    let refused = cursors.try_open("feed.refuse", &[]).await;
    assert_eq!(refused.fault(), (-32009, "ended after 0"));
}

#[tokio::test]
async fn headers_come_with_the_open_and_trailers_with_the_last_items() {
    let cursors = Cursors::of(&Source::default());
    let skus = "<array><data><value>tea</value></data></array>";
    let opened = cursors.try_open("feed.priced", &[skus]).await;
    assert_eq!(opened.headers["x-currency"], "EUR");
    assert!(!opened.headers.contains_key("x-shop"));
    let id = opened.result().replace("<string>", "").replace("</string>", "");
    let last = cursors.next(&id, 9).await;
    assert_eq!(
        (last.headers["x-shop"].as_bytes(), last.headers["x-total"].as_bytes()),
        (&b"seven"[..], &b"1.00"[..])
    );
}

#[tokio::test]
async fn a_stream_may_be_the_argument_of_a_stream() {
    let cursors = Cursors::of(&Source::default());
    let lines = "<array><data><value>a</value><value>b</value></data></array>";
    let id = cursors.open("feed.shout", &[lines]).await;
    let answer = cursors.next(&id, 9).await;
    assert!(answer.result().contains("<value><string>A</string></value><value><string>B</string></value>"));
}

#[tokio::test]
async fn what_cannot_be_read_so_is_refused() {
    let cursors = Cursors::of(&Source::default());
    let none = "<array><data></data></array>";
    let cases: [(&str, &[&str], (i64, &str)); 8] = [
        ("system.stream.open", &["feed.none", none], (-32601, "Method not found: feed.none")),
        (
            "system.stream.open",
            &["feed.join", none],
            (-32602, "Invalid params: method: feed.join gives no stream"),
        ),
        ("system.stream.open", &[], (-32602, "Invalid params: method: missing")),
        (
            "system.stream.open",
            &["feed.count", none, none],
            (-32602, "Invalid params: the method takes 2 values, not more"),
        ),
        (
            "system.stream.open",
            &["feed.count", "<int>1</int>"],
            (-32602, "Invalid params: expected an array, found an integer"),
        ),
        ("system.stream.next", &["x"], (-32602, "Invalid params: max: missing")),
        ("system.stream.next", &["x", "<int>0</int>"], (-32602, "Invalid params: max: at least 1")),
        ("system.stream.next", &["x", "<int>1</int>"], GONE),
    ];
    for (method, params, fault) in cases {
        assert_eq!(cursors.ask(method, params).await.fault(), fault, "{method} {params:?}");
    }
    let count = cursors.try_open("feed.count", &["x"]).await;
    assert_eq!(count.fault(), (-32602, "Invalid params: n: expected an integer, found a string"));
}

#[tokio::test]
async fn closing_drops_the_handler_and_ends_a_next_that_waits() {
    let source = Source::default();
    let cursors = Cursors::of(&source);
    let id = cursors.open("feed.count", &["<int>9</int>"]).await;
    assert_eq!(source.dropped(), 0);
    assert!(cursors.close(&id).await);
    assert_eq!(source.dropped(), 1);
    assert!(!cursors.close(&id).await);
    assert_eq!(cursors.next(&id, 1).await.fault(), GONE);

    let id = cursors.open("feed.count", &["<int>9</int>", "<int>3600000</int>"]).await;
    let (waited, closed) = tokio::join!(cursors.next(&id, 1), async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        // One call at a time reads a stream.
        let second = cursors.next(&id, 1).await;
        assert_eq!(second.fault(), (-32009, "another system.stream.next reads this stream"));
        cursors.close(&id).await
    });
    assert_eq!((waited.fault(), closed), ((-32001, "the stream was closed"), true));
    assert_eq!(source.dropped(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_next_that_is_given_up_leaves_the_stream_to_another() {
    let cursors = Cursors::of(&Source::default());
    let id = cursors.open("feed.count", &["<int>2</int>", "<int>1000</int>"]).await;
    let given_up = tokio::time::timeout(Duration::from_millis(10), cursors.next(&id, 1)).await;
    assert!(given_up.is_err());
    assert_eq!(batch(&cursors.next(&id, 1).await), (vec![0], false));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_nobody_reads_ends_after_a_minute() {
    let source = Source::default();
    let cursors = Cursors::of(&source);
    let id = cursors.open("feed.count", &["<int>9</int>"]).await;
    for expected in 0..3 {
        tokio::time::sleep(Duration::from_secs(59)).await;
        assert_eq!(batch(&cursors.next(&id, 1).await), (vec![expected], false));
    }
    tokio::time::sleep(Duration::from_secs(59)).await;
    assert_eq!(source.dropped(), 0);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(source.dropped(), 1);
    assert_eq!(cursors.next(&id, 1).await.fault(), GONE);
    // One that is waited on does not.
    let id = cursors.open("feed.count", &["<int>1</int>", "<int>3600000</int>"]).await;
    assert_eq!(batch(&cursors.next(&id, 2).await), (vec![0], true));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_the_open_is_the_streams_and_that_of_a_next_its_own() {
    let source = Source::default();
    let cursors = Cursors::of(&source);
    let args = "<array><data><value><int>9</int></value><value><int>30000</int></value></data></array>";
    let open = |timeout| {
        let document = call("system.stream.open", &(param("feed.count") + &param(args)));
        let service = cursors.0.clone();
        async move { ask(&service, &[("rpc-timeout", timeout)], document).await }
    };
    let id = |answer: &Answer| answer.result().replace("<string>", "").replace("</string>", "");

    // It has nothing yet, and says so.
    let opened = id(&open("45S").await);
    let next = call("system.stream.next", &(param(&opened) + &param("<int>1</int>")));
    let early = ask(&cursors.0, &[("rpc-timeout", "1S")], next).await;
    assert_eq!(batch(&early), (vec![], false));
    assert_eq!(batch(&cursors.next(&opened, 1).await), (vec![0], false));
    // The deadline passes while somebody waits.
    let late = (-32004, "the deadline passed before the stream ended");
    assert_eq!(cursors.next(&opened, 1).await.fault(), late);
    assert_eq!((cursors.next(&opened, 1).await.fault(), source.dropped()), (GONE, 1));

    // And while nobody does: the handler ends at once, and the next one learns why.
    let opened = id(&open("1S").await);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert_eq!(source.dropped(), 2);
    assert_eq!(cursors.next(&opened, 1).await.fault(), late);
    assert_eq!(cursors.next(&opened, 1).await.fault(), GONE);

    let malformed = open("soon").await;
    assert_eq!(malformed.fault(), (-32003, "malformed timeout `soon`"));
}

#[tokio::test(start_paused = true)]
async fn a_peer_has_sixteen_cursors_and_a_server_a_thousand() {
    let source = Source::default();
    let cursors = Cursors::of(&source);
    let mut ids = Vec::new();
    for _ in 0..16 {
        ids.push(cursors.open("feed.count", &["<int>9</int>"]).await);
    }
    let one_more = cursors.try_open("feed.count", &["<int>9</int>"]).await;
    assert_eq!(one_more.fault(), (-32008, "the peer has more open streams than the limit of 16"));
    assert_eq!(source.dropped(), 0, "it was not begun");
    assert!(cursors.close(&ids[3]).await);
    cursors.open("feed.count", &["<int>9</int>"]).await;

    let cursors = Cursors(server(&source).cursor_limit(5000, 1000).into_service().unwrap());
    for _ in 0..1000 {
        cursors.open("feed.count", &["<int>9</int>"]).await;
    }
    let one_more = cursors.try_open("feed.count", &["<int>9</int>"]).await;
    assert_eq!(one_more.fault(), (-32008, "the server has more open streams than the limit of 1000"));
    tokio::time::sleep(Duration::from_secs(61)).await;
    cursors.open("feed.count", &["<int>9</int>"]).await;
}

#[tokio::test]
async fn layers_see_the_call_and_each_part_of_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let layer = from_fn(move |call: Call, next: Next| {
        log.lock().unwrap().push(call.method().full_name());
        next.run(call)
    });
    let cursors = Cursors(server(&Source::default()).layer(layer).into_service().unwrap());
    let id = cursors.open("feed.count", &["<int>9</int>"]).await;
    assert_eq!(batch(&cursors.next(&id, 1).await), (vec![0], false));
    assert!(cursors.close(&id).await);
    assert_eq!(*seen.lock().unwrap(), ["feed.v1.Feed/Count", "system/stream.next", "system/stream.close"]);
}

#[tokio::test]
async fn a_multicall_may_read_a_stream() {
    let cursors = Cursors::of(&Source::default());
    let entry = |method: &str, params: &str| {
        format!(
            "<value><struct><member><name>methodName</name><value>{method}</value></member>\
             <member><name>params</name><value><array><data>{params}</data></array></value></member></struct></value>"
        )
    };
    let args = "<value><array><data><value><int>2</int></value></data></array></value>";
    let opened = entry("system.stream.open", &format!("<value>feed.count</value>{args}"));
    let answer = cursors.ask("system.multicall", &[&format!("<array><data>{opened}</data></array>")]).await;
    let id = answer.result().split("<string>").nth(1).unwrap().split('<').next().unwrap();
    let next = entry("system.stream.next", &format!("<value>{id}</value><value><int>9</int></value>"));
    let answer =
        cursors.ask("system.multicall", &[&format!("<array><data>{next}{next}</data></array>")]).await;
    assert!(answer.result().contains("<value><int>1</int></value></data></array></value></member>"));
    assert_eq!(answer.faults().collect::<Vec<_>>(), [GONE]);
}

#[tokio::test]
async fn a_server_that_goes_takes_its_streams_along() {
    let source = Source::default();
    let cursors = Cursors::of(&source);
    cursors.open("feed.count", &["<int>9</int>"]).await;
    drop(cursors);
    assert_eq!(source.dropped(), 1);
}
