//! The client: what it makes of what comes back, beside what the page shows.

use polyrpc_core::{CallExt, Channel, Code, Detail, Result, Server, Status};
use polyrpc_macros::service;

use crate::shop::{OrderError, Orders, OrdersClient, Shop, server};
use crate::wire::{canned, raw};

const JSON: &str = "200 OK\r\ncontent-type: application/json";

fn error(code: i64, message: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","error":{{"code":{code},"message":"{message}"}},"id":1}}"#)
}

async fn failure(endpoint: String) -> Status {
    let channel = Channel::builder(endpoint).message_limit(600).lazy().unwrap();
    OrdersClient::new(channel).total(7, None).await.unwrap_err()
}

#[tokio::test]
async fn http_and_its_errors_are_read_too() {
    let good = r#"{"jsonrpc":"2.0","result":"x","id":1}"#;
    let cases = [
        (
            "500 Oops\r\ncontent-type: application/json",
            error(-32008, "much"),
            Code::ResourceExhausted,
            "much",
        ),
        ("400 Bad\r\ncontent-type: application/json-rpc", error(-32600, "what?"), Code::Internal, "what?"),
        ("404 Not Found", error(-32601, "none"), Code::Unimplemented, "none"),
        (
            "413 Large\r\ncontent-type: application/json",
            error(-32008, "large"),
            Code::ResourceExhausted,
            "large",
        ),
        ("503 Busy\r\ncontent-type: text/html", "<p>later</p>".into(), Code::Unavailable, "<p>later</p>"),
        ("502 Gone\r\ncontent-type: text/html", error(-32008, "not JSON"), Code::Unavailable, "not JSON"),
        ("401 Who\r\ncontent-type: text/plain", "who?".into(), Code::Unauthenticated, "who?"),
        ("403 No", String::new(), Code::PermissionDenied, "HTTP 403"),
        ("404 Gone\r\ncontent-type: application/json", good.into(), Code::Unimplemented, "HTTP 404"),
        ("302 Found\r\nlocation: /x", String::new(), Code::Unknown, "HTTP 302"),
        ("200 OK\r\ncontent-type: text/html", good.into(), Code::Internal, "`text/html`, not JSON"),
        ("200 OK\r\ncontent-type: application/json; charset=latin1", good.into(), Code::Internal, "latin1"),
        ("200 OK\r\ncontent-encoding: br", good.into(), Code::Internal, "content-encoding `br`, unasked"),
        ("204 No Content", String::new(), Code::Internal, "without a body"),
        (JSON, String::new(), Code::Internal, "without a body"),
        (JSON, "\u{feff}{}".into(), Code::Internal, "not JSON"),
        (JSON, good.replace("\"x\"", "[7]"), Code::Internal, "invalid type: sequence, expected a string"),
        (JSON, good.replace("\"x\"", "\"\\ud800\""), Code::Internal, "does not decode"),
        (JSON, " ".repeat(601), Code::ResourceExhausted, "over the limit of 600 bytes"),
    ];
    for (head, body, code, text) in cases {
        // A 204 has no body, and no word of one.
        let (endpoint, _request) = match head.starts_with("204") {
            true => raw(format!("HTTP/1.1 {head}\r\n\r\n")).await,
            false => canned(head, &body).await,
        };
        let status = failure(endpoint).await;
        assert!(status.code() == code && status.message().contains(text), "{head} {body}: {status}");
    }
    for head in [JSON, "200 OK", "201 Made\r\ncontent-type: application/jsonrequest; charset=UTF-8"] {
        let (endpoint, _request) = canned(head, good).await;
        let client = OrdersClient::new(Channel::connect(endpoint).await.unwrap());
        assert_eq!(client.total(7, None).await.unwrap(), "x");
    }
}

#[tokio::test]
async fn what_breaks_off_is_unavailable() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",",
    ] {
        let (endpoint, _request) = raw(answer.into()).await;
        assert_eq!(failure(endpoint).await.code(), Code::Unavailable, "{answer}");
    }
}

#[tokio::test]
async fn foreign_numbers_are_kept_and_so_are_ours() {
    for (number, code) in [
        (-32000, Code::Unknown),
        (-32002, Code::Unknown),
        (-32005, Code::NotFound),
        (-32602, Code::InvalidArgument),
        (-32017, Code::Unknown),
        (i64::MAX, Code::Unknown),
        (0, Code::Unknown),
    ] {
        let (endpoint, _request) = canned(JSON, &error(number, "m")).await;
        let status = failure(endpoint).await;
        assert_eq!((status.code(), status.foreign_number()), (code, Some(number)));
    }
    for number in ["1e3", "123456789012345678901234567890"] {
        let (endpoint, _request) = canned(JSON, &error(7, "m").replace(":7,", &format!(":{number},"))).await;
        let status = failure(endpoint).await;
        assert_eq!((status.code(), status.message(), status.foreign_number()), (Code::Unknown, "m", None));
    }
}

#[tokio::test]
async fn details_are_read_as_json_and_as_any() {
    let json = r#"{"type":"shop.v1.OrderError","value":{"NoSuchOrder":{"id":8}}}"#;
    let any = r#"{"type":"type.googleapis.com/shop.v1.OrderError","bytes":"CgIICA=="}"#;
    let good = [
        format!(r#"{{"code":"NOT_FOUND","details":[{json}]}}"#),
        format!(r#"{{"details":[{any}]}}"#),
        // What is not ours does not hide what is.
        format!(r#"{{"code":"INTERNAL","details":[1,{{}},{{"type":"x.Y","value":[1]}},{json}],"x":1}}"#),
    ];
    for data in &good {
        let body = error(-32005, "gone").replace("\"gone\"", &format!("\"gone\",\"data\":{data}"));
        let (endpoint, _request) = canned(JSON, &body).await;
        let error =
            OrdersClient::new(Channel::builder(endpoint).lazy().unwrap()).find(8).await.err().unwrap();
        assert!(matches!(error, OrderError::NoSuchOrder { id: 8 }), "{data}: {error:?}");
    }
    let odd = [
        "null",
        "7",
        "[]",
        r#"{"details":7}"#,
        r#"{"details":[]}"#,
        r#"{"details":[{"type":"x","bytes":"?"}]}"#,
    ];
    for data in odd {
        let body = error(-32005, "gone").replace("\"gone\"", &format!("\"gone\",\"data\":{data}"));
        let (endpoint, _request) = canned(JSON, &body).await;
        let error =
            OrdersClient::new(Channel::builder(endpoint).lazy().unwrap()).find(8).await.err().unwrap();
        let OrderError::Rpc(status) = error else { panic!("{data}: {error:?}") };
        assert_eq!((status.code(), status.message(), status.details().len()), (Code::NotFound, "gone", 0));
    }
    // Under a number that is not ours, data is not ours either.
    let body = error(-32000, "theirs").replace("\"theirs\"", &format!("\"theirs\",\"data\":{}", good[0]));
    let (endpoint, _request) = canned(JSON, &body).await;
    let error = OrdersClient::new(Channel::builder(endpoint).lazy().unwrap()).find(8).await.err().unwrap();
    assert!(matches!(error, OrderError::Rpc(status) if status.code() == Code::Unknown));
}

/// A server that passes on what it received.
#[service(package = "relay.v1", crate = polyrpc_core)]
trait Relay {
    async fn pass(&self) -> Result<()>;
}

struct Passing;

impl Relay for Passing {
    async fn pass(&self) -> Result<()> {
        let detail = Detail::from_any("type.googleapis.com/far.v1.Away", &b"\x08\x01"[..]);
        Err(Status::aborted("far away").with_detail(detail))
    }
}

#[tokio::test]
async fn a_detail_of_a_type_that_nobody_knows_goes_as_bytes() {
    let server = Server::new().service(RelayServer::new(Passing)).listen("tcp://127.0.0.1:0");
    let server = server.bind().await.unwrap();
    let endpoint = format!("jsonrpc+{}", server.endpoints()[0]);
    let serving = tokio::spawn(server.run_until(std::future::pending()));
    let status = RelayClient::new(Channel::connect(endpoint).await.unwrap()).pass().await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Aborted, "far away"));
    assert_eq!(status.details()[0].url(), "type.googleapis.com/far.v1.Away");
    let body = crate::shop::call("relay.pass", "[]", 1);
    let answer = crate::shop::post(Server::new().service(RelayServer::new(Passing)), body).await;
    let detail = r#""details":[{"type":"type.googleapis.com/far.v1.Away","bytes":"CAE="}]"#;
    assert!(answer.ok().contains(detail), "{}", answer.body);
    serving.abort();
}

#[tokio::test]
async fn of_what_answers_a_one_way_call_only_errors_are_told() {
    let ping = async |head: &str, body: &str| {
        let (endpoint, request) = canned(head, body).await;
        let channel = Channel::builder(endpoint).lazy().unwrap();
        OrdersClient::new(channel.clone()).ping("x".into()).await.unwrap();
        assert!(!request.await.unwrap().body.contains("\"id\""));
        channel.drain().await.map_err(|status| status.code())
    };
    assert_eq!(ping("202 Accepted", "").await, Ok(()));
    assert_eq!(ping("200 OK\r\ncontent-type: text/html", "<p>thanks</p>").await, Ok(()));
    assert_eq!(ping(JSON, r#"{"jsonrpc":"2.0","result":null,"id":null}"#).await, Ok(()));
    assert_eq!(ping(JSON, &error(-32005, "gone").replace(":1}", ":null}")).await, Err(Code::NotFound));
    assert_eq!(ping("503 Busy", "").await, Err(Code::Unavailable));
}

#[tokio::test]
async fn a_typed_error_survives_and_so_do_headers() {
    let server = server(&Shop::default()).listen("tcp://127.0.0.1:0").bind().await.unwrap();
    let endpoint = format!("jsonrpc+{}", server.endpoints()[0]);
    let serving = tokio::spawn(server.run_until(std::future::pending()));
    for positional in [false, true] {
        let client = OrdersClient::new(Channel::builder(&*endpoint).positional(positional).lazy().unwrap());
        let error = client.find(8).await.err().unwrap();
        assert!(matches!(error, OrderError::NoSuchOrder { id: 8 }), "{error:?}");
        assert_eq!(client.find(7).await.unwrap().items[0].qty, 2);
        client.ping("x".into()).await.unwrap();
        let (tenant, reply) =
            client.tenant(&polyrpc_core::Context::current()).header("x-tenant", "7").with_reply().await;
        assert_eq!(tenant.unwrap(), "7, a key of 0 bytes");
        assert_eq!(reply.headers.get("x-seen"), Some("yes"));
        let status = client.eternity().await.unwrap_err();
        assert_eq!((status.code(), status.foreign_number()), (Code::Internal, Some(-32603)));
    }
    serving.abort();
}
