//! Batches: each call passes the upper waist by itself, all of them at the same time.

use std::sync::{Arc, Mutex};

use polyrpc_core::{Call, Context, Next, Result, Server, Status, from_fn};
use polyrpc_macros::service;
use tokio::sync::{Barrier, Notify};

use crate::shop::{Shop, call, post, post_with, result, server};

/// Calls that only end together.
#[service(package = "meeting.v1", crate = polyrpc_core)]
trait Meeting {
    async fn meet(&self, cx: &Context, name: String) -> Result<String>;
}

struct Room {
    all_here: Barrier,
    /// The first one may go when the last one is about to.
    last: Notify,
}

impl Room {
    fn of(seats: usize) -> Room {
        Room { all_here: Barrier::new(seats), last: Notify::new() }
    }
}

impl Meeting for Room {
    async fn meet(&self, cx: &Context, name: String) -> Result<String> {
        self.all_here.wait().await;
        cx.reply().header("x-name", &name);
        cx.reply().header(&format!("x-{name}"), "here");
        match &*name {
            "first" => self.last.notified().await,
            "last" => self.last.notify_one(),
            _ => {}
        }
        Ok(name)
    }
}

#[tokio::test]
async fn calls_run_at_the_same_time_and_answers_keep_the_order() {
    let meet = |name: &str, id| call("meeting.meet", &format!("[\"{name}\"]"), id);
    let body = format!("[{},{},{}]", meet("first", 3), meet("second", 2), meet("last", 1));
    let answer = post(Server::new().service(MeetingServer::new(Room::of(3))), body).await;
    let results = [result("\"first\"", 3), result("\"second\"", 2), result("\"last\"", 1)];
    assert_eq!(answer.ok(), format!("[{}]", results.join(",")));
    for name in ["x-first", "x-second", "x-last"] {
        assert_eq!(answer.headers[name], "here");
    }
    let names: Vec<_> = answer.headers.get_all("x-name").iter().collect();
    assert_eq!(names, ["last"], "of two headers with one name the later call's stands");
}

#[tokio::test]
async fn each_call_goes_through_the_layers_with_its_arguments_still_encoded() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let layer = from_fn(move |call: Call, next: Next| {
        let log = log.clone();
        async move {
            let args = String::from_utf8(call.args().to_vec()).unwrap();
            log.lock().unwrap().push((call.method().full_name(), args));
            match call.method().name {
                "ping" => Err(Status::permission_denied("not here")),
                _ => next.run(call).await,
            }
        }
    });
    let shop = Shop::default();
    let calls = [
        call("orders.total", "[ 7 ]", 1),
        call("orders.ping", "[\"x\"]", 2),
        r#"{"jsonrpc":"2.0","method":"orders.ping","params":["silent"]}"#.into(),
        call("shop.v1.Orders/Total", "{\"id\":\"x\"}", 3),
        call("orders.eat", "[]", 4),
        r#"{"jsonrpc":"2.0","method":"orders.total","params":[7],"id":true}"#.into(),
    ];
    let answer = post(server(&shop).layer(layer), format!("[{}]", calls.join(","))).await;
    let answers: serde_json::Value = serde_json::from_str(answer.ok()).unwrap();
    let codes: Vec<_> = answers.as_array().unwrap().iter().map(|one| one["error"]["code"].as_i64()).collect();
    assert_eq!(codes, [None, Some(-32007), Some(-32602), Some(-32601), Some(-32600)]);
    assert_eq!(shop.asked(), ["total 7"]);
    let place = |name: &str| format!("shop.v1.Orders/{name}");
    let expected =
        [("Total", "[ 7 ]"), ("Ping", "[\"x\"]"), ("Ping", "[\"silent\"]"), ("Total", "{\"id\":\"x\"}")];
    let mut seen = seen.lock().unwrap().clone().into_iter();
    for (name, args) in expected {
        let (method, is) = seen.next().unwrap();
        assert_eq!((method.to_string(), &*is), (place(name), args));
    }
    assert_eq!(seen.next(), None);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_each_calls_and_stops_those_alone_that_are_late() {
    let headers = [("content-type", "application/json"), ("rpc-timeout", "1S")];
    let body = format!("[{},{}]", call("orders.slow", "[]", 1), call("orders.total", "[7]", 2));
    let answer = post_with(server(&Shop::default()), &headers, body).await;
    assert!(answer.ok().contains("\"code\":-32004"), "{}", answer.body);
    assert!(answer.ok().ends_with(&format!(",{}]", result("\"7 in none\"", 2))), "{}", answer.body);
}

#[tokio::test]
async fn of_a_batch_that_is_refused_nothing_is_run() {
    let shop = Shop::default();
    let one = call("orders.total", "[7]", 1);
    let two = format!("{one},{one}");
    for body in [format!("[{two}"), format!("[{two},]"), format!("[{two}] x"), format!("[{two},nul]")] {
        let (code, ..) = post(server(&shop), body).await.error();
        assert_eq!(code, -32700);
    }
    let answer = post(server(&shop).batch_limit(1), format!("[{two}]")).await;
    let text = "the batch has more calls than the limit of 1".to_owned();
    assert_eq!(answer.error(), (-32008, text, "null".to_owned()));
    assert!(shop.asked().is_empty());
}
