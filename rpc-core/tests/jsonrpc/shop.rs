//! The service of the page and of these tests, and how its server is asked.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use polyrpc_core::{CallLayers, Context, Result, Server, Status};
use polyrpc_macros::service;
pub(crate) use polyrpc_test_model::pages::{Item, Order, OrderError};
use polyrpc_transports::Body;
use tower::ServiceExt;

#[service(package = "shop.v1", crate = polyrpc_core)]
pub(crate) trait Orders {
    async fn place(&self, order: Order) -> Result<u64>;
    async fn find(&self, id: u64) -> Result<Order, OrderError>;
    async fn total(&self, id: u64, currency: Option<String>) -> Result<String>;
    async fn slow(&self) -> Result<()>;
    async fn tenant(&self, cx: &Context) -> Result<String>;
    async fn eternity(&self) -> Result<SystemTime>;
    #[rpc(oneway)]
    async fn ping(&self, text: String) -> Result<()>;
}

/// What was asked of it, in that order.
#[derive(Clone, Default)]
pub(crate) struct Shop(pub(crate) Arc<Mutex<Vec<String>>>);

impl Shop {
    pub(crate) fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }
}

impl Orders for Shop {
    async fn place(&self, order: Order) -> Result<u64> {
        self.note(format!("place {}", order.id));
        Ok(order.id)
    }

    async fn find(&self, id: u64) -> Result<Order, OrderError> {
        self.note(format!("find {id}"));
        match id {
            7 => Ok(Order { id, items: vec![Item { sku: "tea".into(), qty: 2 }], note: None }),
            _ => Err(OrderError::NoSuchOrder { id }),
        }
    }

    async fn total(&self, id: u64, currency: Option<String>) -> Result<String> {
        self.note(format!("total {id}"));
        Ok(format!("{id} in {}", currency.unwrap_or_else(|| "none".into())))
    }

    async fn slow(&self) -> Result<()> {
        std::future::pending().await
    }

    async fn tenant(&self, cx: &Context) -> Result<String> {
        cx.reply().header("x-seen", "yes");
        cx.reply().trailer_bin("x-cost-bin", b"\x00\xff");
        let key = cx.metadata().get_bin("x-key-bin").unwrap_or_default();
        Ok(format!("{}, a key of {} bytes", cx.metadata().get("x-tenant").unwrap_or("?"), key.len()))
    }

    async fn eternity(&self) -> Result<SystemTime> {
        Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800))
    }

    async fn ping(&self, text: String) -> Result<()> {
        self.note(format!("ping {text}"));
        Err(Status::not_found("what a one-way handler returns is not told"))
    }
}

/// A server of this shop.
pub(crate) fn server(shop: &Shop) -> Server {
    Server::new().service(OrdersServer::new(shop.clone()))
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Posts a body to a server.
pub(crate) async fn post<L: CallLayers>(server: Server<L>, body: impl Into<Bytes>) -> Answer {
    post_with(server, &[("content-type", "application/json")], body).await
}

/// Posts a body with these headers to a server.
pub(crate) async fn post_with<L: CallLayers>(
    server: Server<L>,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Answer {
    let mut request = Request::post("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.into())).unwrap();
    let Ok(response) = server.into_service().unwrap().oneshot(request).await;
    let (head, body) = response.into_parts();
    let body = body.collect(8 << 20).await.unwrap().data;
    Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.into()).unwrap() }
}

impl Answer {
    /// The body, of HTTP status 200.
    #[track_caller]
    pub(crate) fn ok(&self) -> &str {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/json");
        &self.body
    }

    /// The number and text of an error object, and the id beside it.
    #[track_caller]
    pub(crate) fn error(&self) -> (i64, String, String) {
        let body: serde_json::Value = serde_json::from_str(self.ok()).unwrap();
        let error = &body["error"];
        let code = error["code"].as_i64().unwrap_or_else(|| panic!("{}", self.body));
        (code, error["message"].as_str().unwrap().to_owned(), body["id"].to_string())
    }
}

/// A call as a request object.
pub(crate) fn call(method: &str, params: &str, id: u32) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":{id}}}"#)
}

/// A result as a response object.
pub(crate) fn result(value: &str, id: u32) -> String {
    format!(r#"{{"jsonrpc":"2.0","result":{value},"id":{id}}}"#)
}
