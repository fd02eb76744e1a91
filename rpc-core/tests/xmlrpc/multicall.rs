//! `system.multicall`: each call passes the upper waist by itself.

use std::sync::{Arc, Mutex};

use polyrpc_core::{Call, Next, Status, from_fn};

use crate::shelf::{Books, call, param, post, server};

fn multicall(entries: &[&str]) -> String {
    let entries: String = entries.iter().map(|entry| format!("<value>{entry}</value>")).collect();
    call("system.multicall", &param(&format!("<array><data>{entries}</data></array>")))
}

fn entry(method: &str, params: &str) -> String {
    format!(
        "<struct><member><name>methodName</name><value>{method}</value></member>\
         <member><name>params</name><value><array><data>{params}</data></array></value></member></struct>"
    )
}

fn add(id: u64) -> String {
    entry("shelf.add", &format!("<value><int>{id}</int></value>"))
}

#[tokio::test]
async fn calls_run_in_their_order_each_through_the_layers() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let layer = from_fn(move |call: Call, next: Next| {
        let log = log.clone();
        async move {
            let args = String::from_utf8_lossy(call.args()).into_owned();
            log.lock().unwrap().push((call.method().name, args.matches("<int>").count()));
            match call.method().name {
                "dust" => Err(Status::permission_denied("not here")),
                _ => next.run(call).await,
            }
        }
    });
    let books = Books::default();
    let odd = entry("shelf.add", "<value><boolean>1</boolean></value>");
    let body = multicall(&[&add(3), &entry("shelf.dust", ""), &odd, &entry("no.such", ""), &add(1), &add(2)]);
    let answer = post(server(&books).layer(layer), body).await;
    let faults: Vec<_> = answer.faults().collect();
    assert_eq!(faults[0], (-32007, "not here"));
    assert_eq!(faults[1], (-32602, "Invalid params: id: expected an integer, found a boolean"));
    assert_eq!(faults[2], (-32601, "Method not found: no.such"));
    assert_eq!(faults.len(), 3);
    assert_eq!(*books.0.lock().unwrap(), [3, 1, 2]);
    assert_eq!(*seen.lock().unwrap(), [("add", 1), ("dust", 0), ("add", 0), ("add", 1), ("add", 1)]);
}

#[tokio::test]
async fn results_stand_in_arrays_of_one() {
    let body = multicall(&[
        &add(3),
        &entry("shelf.dust", ""),
        &entry("system.methodHelp", "<value>shelf.add</value>"),
    ]);
    let answer = post(server(&Books::default()), body).await;
    let one = |value: &str| format!("<value><array><data><value>{value}</value></data></array></value>");
    let results = one("<int>3</int>") + &one("<nil/>") + &one("<string></string>");
    assert_eq!(answer.result(), format!("<array><data>{results}</data></array>"));
    let answer = post(server(&Books::default()), multicall(&[])).await;
    assert_eq!(answer.result(), "<array><data></data></array>");
}

#[tokio::test]
async fn entries_are_read_however_they_are_written() {
    let books = Books::default();
    let pretty = multicall(&[&add(4)]).replace("><", ">\n <!-- --> <").replace("<struct>", "<struct a='b'>");
    let other = "<member><name>comment</name><value><array><data><value/></data></array></value></member>";
    let more = add(5).replace("<struct>", &format!("<struct>{other}"));
    for body in [pretty, multicall(&[&more])] {
        let answer = post(server(&books), body).await;
        assert_eq!(answer.faults().next(), None, "{}", answer.body);
    }
    assert_eq!(*books.0.lock().unwrap(), [4, 5]);
}

#[tokio::test]
async fn an_entry_that_is_no_call_has_a_fault_of_its_own() {
    let cases = [
        ("<string>x</string>".to_owned(), "expected a struct, found a string"),
        ("<int>x</int>".to_owned(), "expected a 64 bit integer, found `x`"),
        ("<struct/>".to_owned(), "missing field `methodName`"),
        (add(1).replace(">params<", ">param<"), "missing field `params`"),
        (add(1).replace(">params<", ">methodName<"), "expected a string, found an array"),
        (add(1).replace(">methodName<", ">params<"), "the member params stands twice"),
        (
            add(1).replace("<value>shelf.add</value>", "<value><int>1</int></value>"),
            "expected a string, found an integer",
        ),
        (entry("shelf.add", "<value/><value/>"), "id: expected an integer, found a string"),
        (entry("shelf.add", ""), "id: missing"),
        (add(1).replace("array>", "struct>"), "expected an array, found a struct"),
        (add(1).replace("<array><data>", "").replace("</data></array>", ""), "&lt;value&gt; is not a type"),
        (
            entry("system.multicall", "<value><array><data/></array></value>"),
            "a multicall inside a multicall",
        ),
    ];
    let books = Books::default();
    for (odd, text) in cases {
        let answer = post(server(&books), multicall(&[&odd, &add(9)])).await;
        let faults: Vec<_> = answer.faults().collect();
        assert!(
            faults.len() == 1 && faults[0].0 == -32602 && faults[0].1.contains(text),
            "{odd}: {faults:?}"
        );
        assert_eq!(books.0.lock().unwrap().pop(), Some(9), "{odd}");
    }
}

#[tokio::test]
async fn of_a_multicall_that_is_no_array_nothing_is_run() {
    let books = Books::default();
    let cases = [
        (multicall(&[&add(1), "<struct></array>"]), -32700),
        (multicall(&[&add(1), "&lol;"]), -32700),
        (multicall(&[&add(1)]).replace("</params>", ""), -32700),
        (
            multicall(&[&add(1)])
                .replace("</array></value></param>", "</array></value></param><param><value/></param>"),
            -32602,
        ),
        (call("system.multicall", &param(&add(1))), -32602),
        (call("system.multicall", &param(&format!("<array><data>{}</data></array>", add(1)))), -32602),
    ];
    for (body, code) in cases {
        assert_eq!(post(server(&books), body.clone()).await.fault().0, code, "{body}");
    }
    assert!(books.0.lock().unwrap().is_empty());
}
