//! What a request may fail with, beside what the page shows.

use http::StatusCode;
use polyrpc_core::{Result, Server};
use polyrpc_macros::service;

use crate::shop::{Shop, call, post, post_with, server};

#[service(package = "careless.v1", crate = polyrpc_core)]
trait Careless {
    async fn panics(&self) -> Result<()>;
}

struct Clumsy;

impl Careless for Clumsy {
    async fn panics(&self) -> Result<()> {
        panic!("on purpose")
    }
}

#[tokio::test]
async fn a_panic_is_an_internal_error_with_an_id_and_without_its_text() {
    let answer =
        post(Server::new().service(CarelessServer::new(Clumsy)), call("careless.panics", "[]", 1)).await;
    let (code, text, id) = answer.error();
    assert_eq!((code, &*id), (-32013, "1"));
    assert!(text.starts_with("internal error ") && !answer.body.contains("on purpose"), "{text}");
}

#[tokio::test]
async fn what_is_not_utf_8_is_not_json() {
    for bytes in
        [&b"\xff"[..], b"{\"jsonrpc\":\"2.0\",\"method\":\"orders.tenant\",\"id\":\"\xc3\"}", b"\xfe\xff\0{"]
    {
        let answer = post(server(&Shop::default()), bytes.to_vec()).await;
        assert_eq!(answer.error(), (-32700, "Parse error".into(), "null".into()));
    }
}

#[tokio::test]
async fn what_is_refused_is_not_executed() {
    let shop = Shop::default();
    let bodies = [
        r#"{"jsonrpc":"1.0","method":"orders.ping","params":["x"]}"#,
        r#"{"method":"orders.ping","params":["x"]}"#,
        r#"{"jsonrpc":"2.0","method":"orders.total","params":[7],"id":{}}"#,
        r#"{"jsonrpc":"2.0","method":"orders.total","params":[7],"id":false}"#,
        r#"{"jsonrpc":"2.0","method":"orders.total","params":[7],"params":[7],"id":1}"#,
        r#"{"jsonrpc":"2.0","method":"orders.total","params":[7]} "#,
    ];
    let (last, refused) = bodies.split_last().unwrap();
    for body in refused {
        assert_eq!(post(server(&shop), *body).await.error().0, -32600, "{body}");
    }
    assert!(shop.asked().is_empty());
    assert_eq!(post(server(&shop), *last).await.status, StatusCode::NO_CONTENT);
    assert_eq!(shop.asked(), ["total 7"]);
}

#[tokio::test]
async fn a_notification_with_a_timeout_that_cannot_be_read_is_not_executed() {
    let shop = Shop::default();
    let headers = [("content-type", "application/json"), ("rpc-timeout", "soon")];
    let body = r#"{"jsonrpc":"2.0","method":"orders.total","params":[7]}"#;
    assert_eq!(post_with(server(&shop), &headers, body).await.status, StatusCode::NO_CONTENT);
    assert!(shop.asked().is_empty());
}
