//! JSON-RPC on one connection, spoken by hand: what a foreign peer sees.

use std::sync::atomic::Ordering;
use std::time::Duration;

use polyrpc::{Server, ServerConfig};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::kinds::{serve, soon};
use crate::service::StreamsServer;

/// A peer that speaks in lines.
pub(crate) struct Peer(BufReader<TcpStream>);

impl Peer {
    pub(crate) async fn of(endpoint: &str) -> Peer {
        let address = endpoint.trim_start_matches("tcp://");
        Peer(BufReader::new(TcpStream::connect(address).await.unwrap()))
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.0.get_mut().write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    pub(crate) async fn hear(&mut self) -> Value {
        let mut line = String::new();
        let read = timeout(Duration::from_secs(10), self.0.read_line(&mut line)).await.expect("silence");
        assert!(read.unwrap() > 0, "the connection ended");
        serde_json::from_str(&line).unwrap()
    }
}

pub(crate) fn call(id: impl Into<Value>, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id.into(), "method": method, "params": params})
}

pub(crate) fn result(id: impl Into<Value>, result: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id.into(), "result": result})
}

pub(crate) fn item(name: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": name, "params": params})
}

#[tokio::test]
async fn a_stream_is_a_subscription() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(call("a", "streams.count", json!([2]))).await;
    let opened = peer.hear().await;
    let name = opened["result"].as_str().unwrap().to_owned();
    assert_eq!(opened, result("a", json!(name)));
    for value in 0..2 {
        assert_eq!(peer.hear().await, item("streams.count", json!({"subscription": name, "result": value})));
    }
    assert_eq!(peer.hear().await, item("streams.count", json!({"subscription": name, "done": true})));

    peer.say(call(7, "streams.v1.Streams/FailAfter", json!({"n": 1}))).await;
    let name = peer.hear().await["result"].clone();
    assert_eq!(peer.hear().await["params"]["result"], 0);
    let failed = peer.hear().await;
    assert_eq!(failed["params"]["subscription"], name);
    assert_eq!(failed["params"]["error"]["code"], -32009);
    assert_eq!(failed["params"]["error"]["data"]["details"][0]["value"], json!({"Ended": {"count": 1}}));

    peer.say(call(8, "streams.refuse", json!([]))).await;
    let refused = peer.hear().await;
    assert_eq!((refused["id"].clone(), refused["error"]["code"].clone()), (json!(8), json!(-32009)));
}

#[tokio::test]
async fn a_subscription_can_have_names_of_its_own() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(call(1, "eth_subscribe", json!(["newHeads"]))).await;
    let name = peer.hear().await["result"].clone();
    for number in ["0x0", "0x1", "0x2"] {
        let params = json!({"subscription": name, "result": {"number": number}});
        assert_eq!(peer.hear().await, item("eth_subscription", params));
    }
    peer.say(call(2, "eth_unsubscribe", json!([name]))).await;
    assert_eq!(peer.hear().await, result(2, json!(true)));
    let sample = served.sample.clone();
    soon(move || sample.cancelled() == 1).await;
}

#[tokio::test]
async fn nothing_follows_an_unsubscription() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(call(1, "streams.count", json!([1_000_000, 1]))).await;
    let name = peer.hear().await["result"].clone();
    assert_eq!(peer.hear().await["params"]["result"], 0);
    peer.say(call(2, "rpc.unsubscribe", json!([name]))).await;
    loop {
        let heard = peer.hear().await;
        if heard["id"] == 2 {
            assert_eq!(heard["result"], true);
            break;
        }
    }
    let sample = served.sample.clone();
    soon(move || sample.cancelled() == 1).await;
    peer.say(call(3, "rpc.unsubscribe", json!({"subscription": name}))).await;
    assert_eq!(peer.hear().await, result(3, json!(false)));
}

#[tokio::test]
async fn the_callers_items_are_notifications() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(json!({"jsonrpc": "2.0", "id": "up", "method": "streams.sum"})).await;
    for value in [1, 2, 3] {
        peer.say(item("rpc.next", json!({"id": "up", "value": value}))).await;
    }
    peer.say(item("rpc.done", json!({"id": "up"}))).await;
    assert_eq!(peer.hear().await, result("up", json!(6)));

    // The whole stream may stand in the parameters.
    peer.say(call("whole", "streams.sum", json!({"values": [4, 5]}))).await;
    assert_eq!(peer.hear().await, result("whole", json!(9)));

    // Both ways: the answer comes at once.
    peer.say(call(5, "streams.shout", json!({}))).await;
    let name = peer.hear().await["result"].clone();
    peer.say(item("rpc.next", json!([5, {"text": "one"}]))).await;
    let expected = json!({"subscription": name, "result": {"text": "ONE", "number": 1}});
    assert_eq!(peer.hear().await, item("streams.shout", expected));
    peer.say(item("rpc.done", json!([5]))).await;
    assert_eq!(peer.hear().await["params"], json!({"subscription": name, "done": true}));

    // A stream of the caller's that fails.
    peer.say(call(6, "streams.sum", json!([]))).await;
    peer.say(item("rpc.error", json!({"id": 6, "error": {"code": -32015, "message": "the disk"}}))).await;
    let failed = peer.hear().await;
    assert_eq!(failed["id"], 6);
    assert!(failed.get("error").is_some(), "{failed}");
}

#[tokio::test]
async fn a_call_is_cancelled_by_its_id() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(json!({"jsonrpc": "2.0", "id": 1, "method": "streams.sum"})).await;
    peer.say(item("$/cancelRequest", json!({"id": 1}))).await;
    let cancelled = peer.hear().await;
    assert_eq!((cancelled["id"].clone(), cancelled["error"]["code"].clone()), (json!(1), json!(-32001)));
    peer.say(call(2, "streams.count", json!([1_000_000, 1]))).await;
    let name = peer.hear().await["result"].clone();
    peer.say(item("$/cancelRequest", json!([2]))).await;
    loop {
        let heard = peer.hear().await;
        assert_eq!(heard["params"]["subscription"], name);
        if let Some(error) = heard["params"].get("error") {
            assert_eq!(error["code"], -32001);
            break;
        }
    }
}

#[tokio::test]
async fn calls_are_answered_out_of_order_and_batches_together() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(json!({"jsonrpc": "2.0", "id": "slow", "method": "streams.sum"})).await;
    peer.say(call("quick", "streams.deaf", json!({}))).await;
    assert_eq!(peer.hear().await["id"], "quick");
    let both = json!([call(1, "streams.count", json!([1])), call(2, "nobody.knows", json!([]))]);
    peer.say(both).await;
    let answers = peer.hear().await;
    assert_eq!(answers[1]["error"]["code"], -32601);
    assert_eq!(peer.hear().await["params"]["subscription"], answers[0]["result"]);
    peer.say(item("$/cancelRequest", json!(["slow"]))).await;
    while peer.hear().await["id"] != "slow" {}
}

#[tokio::test]
async fn what_runs_ends_before_a_connection_that_is_half_closed() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(call(1, "streams.count", json!([3, 10]))).await;
    peer.0.get_mut().shutdown().await.unwrap();
    let mut rest = String::new();
    timeout(Duration::from_secs(10), peer.0.read_to_string(&mut rest)).await.unwrap().unwrap();
    assert_eq!(rest.lines().count(), 5, "{rest}");
    assert!(rest.contains("\"done\":true"), "{rest}");
}

#[tokio::test]
async fn deadlines_and_metadata_travel_in_a_member() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    let mut timed = call(1, "streams.count", json!([1_000_000, 5]));
    timed["rpc"] = json!({"timeout": "50m", "metadata": {"x-tenant": "7"}});
    peer.say(timed).await;
    peer.hear().await;
    let failed = loop {
        let heard = peer.hear().await;
        if heard["params"].get("error").is_some() {
            break heard;
        }
    };
    assert_eq!(failed["params"]["error"]["code"], -32004);
    let mut odd = call(2, "streams.count", json!([1]));
    odd["rpc"] = json!({"timeout": "soon"});
    peer.say(odd).await;
    assert_eq!(peer.hear().await["error"]["code"], -32003);
}

#[tokio::test]
async fn messages_may_stand_behind_their_length() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    let text = call(1, "streams.sum", json!([])).to_string();
    let done = item("rpc.done", json!([1])).to_string();
    for text in [text, done] {
        let framed =
            format!("Content-Length: {}\r\nContent-Type: application/json\r\n\r\n{text}", text.len());
        peer.0.get_mut().write_all(framed.as_bytes()).await.unwrap();
    }
    let answer = result(1, json!(0));
    let mut header = String::new();
    peer.0.read_line(&mut header).await.unwrap();
    let length: usize = header.trim().strip_prefix("Content-Length: ").unwrap().parse().unwrap();
    let mut body = vec![0; 2 + length];
    peer.0.read_exact(&mut body).await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&body[2..]).unwrap(), answer);
}

#[tokio::test]
async fn garbage_gets_an_answer() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.0.get_mut().write_all(b"{nonsense\n[]\n{}\n").await.unwrap();
    assert_eq!(peer.hear().await["error"]["code"], -32700);
    assert_eq!(peer.hear().await["error"]["code"], -32600);
    assert_eq!(peer.hear().await["error"]["code"], -32600);
    let long = vec![b' '; (4 << 20) + 10];
    peer.0.get_mut().write_all(&long).await.unwrap();
    assert_eq!(peer.hear().await["error"]["code"], -32008);
}

#[tokio::test]
async fn a_lost_connection_cancels_what_runs() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(call(1, "streams.count", json!([1_000_000, 1]))).await;
    peer.hear().await;
    drop(peer);
    let sample = served.sample.clone();
    let took = soon(move || sample.cancelled() == 1).await;
    assert!(took < Duration::from_millis(200), "{took:?}");
}

#[tokio::test]
async fn a_connection_has_a_limit_of_calls() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    for id in 0..1024 {
        peer.say(json!({"jsonrpc": "2.0", "id": id, "method": "streams.sum"})).await;
    }
    peer.say(call("more", "streams.sum", json!([[1]]))).await;
    let refused = peer.hear().await;
    assert_eq!((refused["id"].clone(), refused["error"]["code"].clone()), (json!("more"), json!(-32008)));
    // The others run on, and one that ends makes room.
    peer.say(item("rpc.done", json!([7]))).await;
    assert_eq!(peer.hear().await, result(7, json!(0)));
    peer.say(call("more", "streams.sum", json!([[1]]))).await;
    assert_eq!(peer.hear().await, result("more", json!(1)));
}

#[tokio::test]
async fn a_method_that_does_not_read_holds_its_caller_back() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    // A both-way call whose answers nobody reads does not read either.
    peer.say(json!({"jsonrpc": "2.0", "id": 1, "method": "streams.shout"})).await;
    let line = item("rpc.next", json!({"id": 1, "value": {"text": "x".repeat(64 << 10)}})).to_string() + "\n";
    let mut sent = 0;
    let held = loop {
        let write = peer.0.get_mut().write_all(line.as_bytes());
        match timeout(Duration::from_secs(2), write).await {
            Ok(written) => written.unwrap(),
            Err(_) => break true,
        }
        sent += line.len();
        if sent > 256 << 20 {
            break false;
        }
    };
    assert!(held, "{sent} bytes were taken");
}

#[tokio::test]
async fn calls_of_a_batch_count_as_calls() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    for round in 0..3 {
        let calls = (0..500)
            .map(|index| json!({"jsonrpc": "2.0", "id": 500 * round + index, "method": "streams.shout"}));
        peer.say(calls.collect()).await;
    }
    let mut refused = 0;
    for _ in 0..3 {
        // Each call is both ways, and answered at once.
        let answers = peer.hear().await;
        refused +=
            answers.as_array().unwrap().iter().filter(|answer| answer["error"]["code"] == -32008).count();
    }
    assert_eq!(refused, 1500 - 1024);
}

#[tokio::test]
async fn a_stream_can_be_left_before_its_method_begins_it() {
    let served = serve("tcp://127.0.0.1:0").await;
    let mut peer = Peer::of(&served.endpoint).await;
    peer.say(json!({"jsonrpc": "2.0", "id": 1, "method": "streams.linger"})).await;
    let name = peer.hear().await["result"].clone();
    peer.say(call(2, "rpc.unsubscribe", json!([name]))).await;
    assert_eq!(peer.hear().await, result(2, json!(true)));
    soon(|| served.sample.cancelled.load(Ordering::SeqCst) == 1).await;
    // Nothing of it follows.
    peer.say(call(3, "rpc.unsubscribe", json!([name]))).await;
    assert_eq!(peer.hear().await, result(3, json!(false)));
}

#[tokio::test]
async fn a_peer_that_takes_nothing_for_too_long_is_given_up() {
    let sample = crate::service::Sample::default();
    let server = Server::new()
        .service(StreamsServer::new(sample.clone()))
        .connections(ServerConfig::new().idle(Duration::from_secs(2)))
        .listen("tcp://127.0.0.1:0");
    let server = server.bind().await.unwrap();
    let endpoint = server.endpoints()[0].to_string();
    let serving = tokio::spawn(server.run_until(std::future::pending()));
    let mut peer = Peer::of(&endpoint).await;
    peer.say(call(1, "streams.pour", json!([]))).await;
    soon(|| sample.poured.load(Ordering::SeqCst) > 0).await;
    let given_up = soon(|| sample.cancelled() == 1).await;
    assert!(given_up > Duration::from_secs(1), "{given_up:?}");
    // One that has nothing to take may be silent for longer.
    let mut silent = Peer::of(&endpoint).await;
    silent.say(call(1, "streams.cancellations", json!([]))).await;
    silent.hear().await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    silent.say(call(2, "streams.cancellations", json!([]))).await;
    assert_eq!(silent.hear().await["id"], 2);
    serving.abort();
}
