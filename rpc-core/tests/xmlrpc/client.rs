//! The client: what it sends, and what it makes of what comes back.

use polyrpc_core::{CallExt, Channel, Code, Context, Server};
use polyrpc_test_support::HttpMessage;
use tokio::task::JoinHandle;

use crate::shelf::{Books, Nest, Shelf, ShelfClient, ShelfError, ShelfServer};

async fn canned(head: &str, body: &str) -> (String, JoinHandle<HttpMessage>) {
    let (endpoint, request) = polyrpc_test_support::canned(head, body).await;
    (format!("xmlrpc+{endpoint}"), request)
}

fn response(value: &str) -> String {
    format!("<methodResponse><params><param><value>{value}</value></param></params></methodResponse>")
}

fn fault(code: i64, text: &str) -> String {
    format!(
        "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>{code}</int></value></member>\
         <member><name>faultString</name><value>{text}</value></member></struct></value></fault></methodResponse>"
    )
}

const XML: &str = "200 OK\r\ncontent-type: text/xml";

#[tokio::test]
async fn answers_mean_what_they_say() {
    let details = "rpc-status-details-bin: CAUSCW5vIGJvb2sgNxoz";
    let wrong_details = format!("{XML}\r\n{details}");
    let cases = [
        (XML, fault(4, "Too many"), Code::Unknown, "Too many"),
        (XML, fault(-32601, "none"), Code::Unimplemented, "none"),
        (XML, fault(-32005, "gone"), Code::NotFound, "gone"),
        (&*wrong_details, fault(-32005, "gone"), Code::NotFound, "gone"),
        ("500 Oops\r\ncontent-type: text/xml", fault(-32008, "much"), Code::ResourceExhausted, "much"),
        ("503 Busy\r\ncontent-type: text/html", "<p>later</p>".into(), Code::Unavailable, "<p>later</p>"),
        ("404 Gone\r\ncontent-type: text/xml", response("<int>1</int>"), Code::Unimplemented, "HTTP 404"),
        (
            "200 OK\r\ncontent-type: text/html",
            response("<int>1</int>"),
            Code::Internal,
            "content-type `text/html`, not XML",
        ),
        (
            "200 OK\r\ncontent-type: text/xml; charset=latin1",
            response("<int>1</int>"),
            Code::Internal,
            "latin1",
        ),
        (
            "200 OK\r\ncontent-encoding: br",
            response("<int>1</int>"),
            Code::Internal,
            "content-encoding `br`, unasked",
        ),
        (XML, String::new(), Code::Internal, "without a body"),
        (XML, "{}".into(), Code::Internal, "not XML-RPC"),
        (XML, "<methodResponse><params/></methodResponse>".into(), Code::Internal, "expected <param>"),
        (
            XML,
            response("").replace("</param>", "</param><param><value/></param>"),
            Code::Internal,
            "found <param>",
        ),
        (XML, response("<string>x</string>"), Code::Internal, "expected an integer, found a string"),
        (XML, response(&"x".repeat(1000)), Code::ResourceExhausted, "over the limit of 600 bytes"),
    ];
    for (head, body, code, text) in cases {
        let (endpoint, _request) = canned(head, &body).await;
        let channel = Channel::builder(endpoint).message_limit(600).lazy().unwrap();
        let status = ShelfClient::new(channel).add(1).await.unwrap_err();
        assert!(status.code() == code && status.message().contains(text), "{head} {body}: {status}");
        assert_eq!(status.foreign_number().is_some(), body.contains("faultCode"));
    }
    for head in [XML, "200 OK", "200 OK\r\ncontent-type: application/xml; charset=UTF-8"] {
        let (endpoint, _request) = canned(head, &response("<i4>1</i4>")).await;
        assert_eq!(ShelfClient::new(Channel::connect(endpoint).await.unwrap()).add(1).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn calls_go_to_the_path_of_the_endpoint() {
    for (path, sent) in [("", "/RPC2"), ("/", "/"), ("/app/xml", "/app/xml")] {
        let (endpoint, request) = canned(XML, &response("<int>1</int>")).await;
        ShelfClient::new(Channel::builder(endpoint + path).lazy().unwrap()).add(1).await.unwrap();
        let request = request.await.unwrap();
        assert_eq!(request.start, format!("POST {sent} HTTP/1.1"));
    }
}

#[tokio::test]
async fn a_server_without_the_extensions_gets_none() {
    let (endpoint, request) = canned(XML, &response("x")).await;
    let plain =
        |endpoint: String| ShelfClient::new(Channel::builder(endpoint).xml_extensions(false).lazy().unwrap());
    let client = plain(endpoint);
    client.title(None, 7).await.unwrap();
    let request = request.await.unwrap();
    let params = "<params><param><value><string></string></value></param><param><value><int>7</int></value></param></params>";
    assert!(request.body.contains(params), "{request:?}");
    let status = client.title(None, 1 << 40).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let text = "id: the integer 1099511627776 needs more than 32 bits, and the peer lacks i8";
    assert!(status.message().ends_with(text), "{status}");
}

#[tokio::test]
async fn what_cannot_travel_is_refused_before_it_is_sent() {
    let client = ShelfClient::new(Channel::builder("xmlrpc+tcp://127.0.0.1:1").lazy().unwrap());
    let status = client.add(u64::MAX).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("id: the integer 18446744073709551615 needs more"), "{status}");
    let status = client.title(Some("\u{b}".into()), 1).await.unwrap_err();
    assert!(status.message().contains("prefix: XML cannot carry the character U+000B"), "{status}");
    let mut nest = Nest { inner: None };
    for _ in 0..128 {
        nest = Nest { inner: Some(Box::new(nest)) };
    }
    let status = client.depth(nest).await.unwrap_err();
    assert!(status.message().ends_with("values nested deeper than 128"), "{status}");
}

#[tokio::test]
async fn a_typed_error_survives_and_so_do_headers_beside_it() {
    let server = Server::new().service(ShelfServer::new(Books::default())).listen("tcp://127.0.0.1:0");
    let server = server.bind().await.unwrap();
    let endpoint = format!("xmlrpc+{}", server.endpoints()[0]);
    let serving = tokio::spawn(server.run_until(std::future::pending()));
    let client = ShelfClient::new(Channel::connect(endpoint).await.unwrap());
    let error = client.find(&Context::current(), 7).await.unwrap_err();
    assert!(matches!(error, ShelfError::NoSuchBook { id: 7 }), "{error}");
    client.dust().await.unwrap();
    let (error, reply) = client.find(&Context::current(), 8).with_reply().await;
    assert!(error.is_err());
    assert_eq!(reply.headers.get("x-looked"), Some("yes"));
    serving.abort();
}
