//! What is no call, and what a call may fail with.

use polyrpc_core::Server;

use crate::shelf::{Books, call, param, post, post_with, server};

#[tokio::test]
async fn what_is_no_xml_is_told_from_what_is_no_call() {
    let books = Books::default();
    let malformed = [
        String::new(),
        "null".into(),
        "{\"jsonrpc\":\"2.0\"}".into(),
        "<methodCall>".into(),
        "<methodCall></methodcall>".into(),
        "<methodCall><methodName>shelf.add</methodName></methodCall><methodCall/>".into(),
        "<?xml version='1.0' encoding='latin1'?><methodCall/>".into(),
        "<!DOCTYPE methodCall><methodCall/>".into(),
        format!("<!DOCTYPE x SYSTEM 'http://x'>{}", call("shelf.add", &param("<int>1</int>"))),
        call("shelf.add", &param("<int>1</i4>")),
        call("shelf.add", &param("<int>&one;</int>")),
        call("shelf.add", "<param><value><int>1</int></value>"),
        call("no.such", &param("<int>1</i4>")),
        call("system.listMethods", &param("<int>1</i4>")),
    ];
    for body in malformed {
        let answer = post(server(&books), body.clone()).await;
        let (code, text) = answer.fault();
        assert!(code == -32700 && text.starts_with("Parse error: "), "{body}: {code} {text}");
    }
    let no_calls = [
        "<html><body/></html>",
        "<methodResponse/>",
        "<methodCall/>",
        "<methodCall><params/></methodCall>",
        "<methodCall><methodName> </methodName></methodCall>",
        "<methodCall><methodName>shelf.add</methodName><param/></methodCall>",
        "<methodCall><methodName>shelf.add</methodName><params/><params/></methodCall>",
    ];
    for body in no_calls {
        let answer = post(server(&books), body).await;
        let (code, text) = answer.fault();
        assert!(code == -32600 && text.starts_with("Invalid Request: "), "{body}: {code} {text}");
    }
    assert!(books.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_named() {
    let cases = [
        (call("shelf.add", ""), "Invalid params: id: missing"),
        (call("shelf.add", "<foo/>"), "Invalid params: expected &lt;param&gt;, found &lt;foo&gt;"),
        (call("shelf.add", &param("<wat/>")), "Invalid params: id: unknown element &lt;wat&gt;"),
        (call("shelf.add", &param("x")), "Invalid params: id: expected an integer, found a string"),
        (call("shelf.title", &param("x")), "Invalid params: id: missing"),
        (
            call(
                "shelf.depth",
                &param("<struct><member><name>inner</name><value>x</value></member></struct>"),
            ),
            "Invalid params: nest.inner: expected a struct, found a string",
        ),
        (call("system.methodHelp", ""), "Invalid params: methodName: missing"),
        (
            call("system.methodHelp", &param("a").repeat(2)),
            "Invalid params: system.methodHelp takes 1 value, not more",
        ),
        (call("system.listMethods", &param("a")), "Invalid params: system.listMethods takes no values"),
        (call("system.multicall", ""), "Invalid params: expected &lt;param&gt;, found an end tag"),
    ];
    for (body, expected) in cases {
        assert_eq!(post(server(&Books::default()), body).await.fault(), (-32602, expected));
    }
    let answer = post(server(&Books::default()), call("system.methodHelp", &param("no.such"))).await;
    assert_eq!(answer.fault(), (-32601, "Method not found: no.such"));
}

#[tokio::test]
async fn what_a_handler_fails_with_is_a_fault() {
    let answer = post(server(&Books::default()), call("shelf.find", &param("<int>7</int>"))).await;
    assert_eq!(answer.fault(), (-32005, "no book 7"));
    assert!(answer.headers.contains_key("rpc-status-details-bin"));
    assert_eq!(answer.headers["x-looked"], "yes");
    let answer = post(server(&Books::default()), call("shelf.unwritable", "")).await;
    let text = "the reply cannot be encoded: [1]: XML cannot carry the character U+0000";
    assert_eq!(answer.fault(), (-32603, text));
    let answer = post(server(&Books::default()), call("shelf.panics", "")).await;
    let (code, text) = answer.fault();
    assert!(code == -32013 && text.starts_with("internal error ") && !text.contains("on purpose"), "{text}");
    assert!(!answer.headers.contains_key("rpc-status-details-bin"));
    let late = post_with(server(&Books::default()), &[("rpc-timeout", "soon")], call("shelf.dust", "")).await;
    assert_eq!(late.fault(), (-32003, "malformed timeout `soon`"));
}

#[tokio::test]
async fn a_server_without_services_tells_of_itself() {
    let answer = post(Server::new(), call("system.listMethods", "")).await;
    assert_eq!(answer.result().matches("<string>system.").count(), 8);
    for own in ["system.methodSignature", "system.methodHelp"] {
        let answer = post(Server::new(), call(own, &param("system.multicall"))).await;
        assert!(answer.result().contains("<string>"), "{}", answer.body);
    }
    let answer = post(server(&Books::default()), call("system.methodHelp", &param("shelf.add"))).await;
    assert_eq!(answer.result(), "<string></string>");
}

#[tokio::test]
async fn signatures_are_those_of_the_schema() {
    let signature = async |method: &str| {
        let answer = post(server(&Books::default()), call("system.methodSignature", &param(method))).await;
        let names = answer.result().replace("</string></value><value><string>", " ");
        names
            .split("<string>")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(signature("shelf.add").await, ["i8 i8", "int int"]);
    assert_eq!(signature("shelf.title").await, ["string string i8", "string string int"]);
    assert_eq!(signature("library.v1.Shelf/Depth").await, ["i8 struct", "int struct"]);
    assert_eq!(signature("shelf.unwritable").await, ["array"]);
    assert_eq!(signature("shelf.dust").await, ["nil"]);
    assert_eq!(signature("system.methodHelp").await, ["string string"]);
}
