//! Streams as arrays, and what the page says of them and of cursors.

use http::{HeaderMap, Request};
use polyrpc_core::HttpService;
use polyrpc_test_support::{HttpMessage, Page};
use polyrpc_transports::Body;
use tower::ServiceExt;

use crate::feed::{Source, server};
use crate::shelf::{Answer, call, param, post};

/// Posts a document to a server that goes on.
pub(crate) async fn ask(service: &HttpService, headers: &[(&str, &str)], document: String) -> Answer {
    let mut request = Request::post("/RPC2").header("content-type", "text/xml");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(bytes::Bytes::from(document))).unwrap();
    let Ok(response) = service.clone().oneshot(request).await;
    let (head, body) = response.into_parts();
    let body = body.collect(8 << 20).await.unwrap().data;
    Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.into()).unwrap() }
}

fn strings(items: &[&str]) -> String {
    let items: String = items.iter().map(|item| format!("<value>{item}</value>")).collect();
    format!("<array><data>{items}</data></array>")
}

#[tokio::test]
async fn a_streaming_method_called_directly_answers_an_array() {
    let count = |n| call("feed.count", &param(&format!("<int>{n}</int>")));
    let answer = post(server(&Source::default()), count(2)).await;
    let two = "<array><data><value><int>0</int></value><value><int>1</int></value></data></array>";
    assert_eq!(answer.result(), two);
    assert_eq!(post(server(&Source::default()), count(0)).await.result(), strings(&[]));
    let failed = call("feed.fail_after", &param("<int>2</int>"));
    assert_eq!(post(server(&Source::default()), failed).await.fault(), (-32009, "ended after 2"));
    let priced = call("feed.priced", &param(&strings(&["tea"])));
    let answer = post(server(&Source::default()), priced).await;
    assert_eq!(answer.result(), "<array><data><value><string>tea: 1.00</string></value></data></array>");
    assert_eq!(
        (answer.headers["x-shop"].as_bytes(), answer.headers["x-total"].as_bytes()),
        (&b"seven"[..], &b"1.00"[..])
    );
}

#[tokio::test]
async fn the_array_has_a_limit() {
    let source = Source::default();
    let body = call("feed.count", &param("<int>1000000</int>"));
    let answer = post(server(&source).message_limit(1000), body).await;
    let text = "the items of the stream are over the limit of 1000 bytes: read it as a stream";
    assert_eq!(answer.fault(), (-32008, text));
    assert_eq!(source.dropped(), 1);
}

#[tokio::test]
async fn an_argument_that_is_a_stream_is_one_array() {
    let join = |params: &str| post(server(&Source::default()), call("feed.join", params));
    assert_eq!(join(&param(&strings(&["a", "b"]))).await.result(), "<string>ab</string>");
    assert_eq!(join(&param(&strings(&[]))).await.result(), "<string></string>");
    assert_eq!(join("").await.result(), "<string></string>");
    let odd = param("<array >\n<data><!-- none -->\n<value><string>a</string></value>\n</data></array>");
    assert_eq!(join(&odd).await.result(), "<string>a</string>");
    let cases = [
        (param("a"), "Invalid params: lines: expected an array, found a string"),
        (param(&strings(&[])).repeat(2), "Invalid params: lines: the method takes 1 value, not more"),
        (
            param("<array><data><value>a</value><value><int>1</int></value></data></array>"),
            "Invalid params: lines[1]: expected a string, found an integer",
        ),
    ];
    for (params, text) in cases {
        assert_eq!(join(&params).await.fault(), (-32602, text), "{params}");
    }
    let both = call("feed.shout", &param(&strings(&["a", "b"])));
    let answer = post(server(&Source::default()), both).await;
    let capitals =
        "<array><data><value><string>A</string></value><value><string>B</string></value></data></array>";
    assert_eq!(answer.result(), capitals);
}

#[tokio::test]
async fn signatures_and_help_know_streams() {
    let ask = |method: &str, of: &str| post(server(&Source::default()), call(method, &param(of)));
    let signature = |of: &'static str| async move {
        let answer = ask("system.methodSignature", of).await;
        answer.result().replace("<array><data>", "[").replace("</data></array>", "]").replace("string>", "")
    };
    let plain =
        |text: &str| text.replace("<value>", "").replace("</value>", "").replace("</", "").replace('<', " ");
    assert_eq!(plain(&signature("feed.join").await), "[[ string array][ string]]".replace("string>", ""));
    assert_eq!(plain(&signature("feed.shout").await), "[[ array array][ array]]");
    assert_eq!(plain(&signature("system.stream.open").await), "[[ string string array]]");
    assert_eq!(plain(&signature("system.stream.next").await), "[[ struct string int]]");
    assert_eq!(plain(&signature("system.stream.close").await), "[[ boolean string]]");
    assert!(ask("system.methodHelp", "system.stream.next").await.result().contains("Waits for items"));
}

/// The id in the answer of an `open`.
fn id(text: &str) -> Option<&str> {
    let id = text.split("<string>").nth(1)?.split('<').next()?;
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

#[tokio::test]
async fn the_page_is_right() {
    let page = Page::read("protocols/xmlrpc.md");
    let shown: Vec<_> = page.blocks(&["http", "feed"]).collect();
    assert!(shown.len() >= 14, "{}", shown.len());
    let service = server(&Source::default()).into_service().unwrap();
    let mut current = String::new();
    for pair in shown.chunks(2) {
        let [request, response] = pair else { panic!("{pair:?}") };
        let request = HttpMessage::parse(&request.text);
        let promised = HttpMessage::parse(&response.text);
        let mut answer = ask(&service, &[], request.body.replace("ID", &current)).await;
        if let Some(fresh) = id(&answer.body) {
            current = fresh.to_owned();
            answer.body = answer.body.replace(&current, "ID");
        }
        assert_eq!(answer.body, promised.body, "line {}", response.line);
        shows(&answer.headers, &promised);
    }
}

fn shows(headers: &HeaderMap, promised: &HttpMessage) {
    for (name, value) in &promised.headers {
        assert_eq!(headers[name], value.as_str());
    }
}
