//! The service of these tests, and how its server is asked.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use polyrpc_core::{CallLayers, Context, Result, Server, Status};
use polyrpc_macros::{Message, RpcError, service};
use polyrpc_transports::Body;
use tower::ServiceExt;

/// A value that holds values.
#[derive(Message)]
#[rpc(crate = polyrpc_core)]
pub(crate) struct Nest {
    pub(crate) inner: Option<Box<Nest>>,
}

#[derive(RpcError, Debug)]
#[rpc(crate = polyrpc_core)]
pub(crate) enum ShelfError {
    #[rpc(NotFound, "no book {id}")]
    NoSuchBook { id: u64 },
    #[rpc(status)]
    Rpc(Status),
}

#[service(package = "library.v1", crate = polyrpc_core)]
pub(crate) trait Shelf {
    async fn add(&self, id: u64) -> Result<u64>;
    async fn find(&self, cx: &Context, id: u64) -> Result<String, ShelfError>;
    async fn title(&self, prefix: Option<String>, id: i64) -> Result<String>;
    async fn depth(&self, nest: Nest) -> Result<u32>;
    async fn unwritable(&self) -> Result<Vec<String>>;
    async fn panics(&self) -> Result<()>;
    #[rpc(oneway)]
    async fn dust(&self) -> Result<()>;
}

/// The books that were added, in their order.
#[derive(Clone, Default)]
pub(crate) struct Books(pub(crate) Arc<Mutex<Vec<u64>>>);

impl Shelf for Books {
    async fn add(&self, id: u64) -> Result<u64> {
        self.0.lock().unwrap().push(id);
        Ok(id)
    }

    async fn find(&self, cx: &Context, id: u64) -> Result<String, ShelfError> {
        cx.reply().header("x-looked", "yes");
        Err(ShelfError::NoSuchBook { id })
    }

    async fn title(&self, prefix: Option<String>, id: i64) -> Result<String> {
        Ok(format!("{prefix:?} {id}"))
    }

    async fn depth(&self, nest: Nest) -> Result<u32> {
        Ok(std::iter::successors(Some(&nest), |nest| nest.inner.as_deref()).map(|_| 1).sum())
    }

    async fn unwritable(&self) -> Result<Vec<String>> {
        Ok(vec!["fine".into(), "\0".into()])
    }

    async fn panics(&self) -> Result<()> {
        panic!("on purpose")
    }

    async fn dust(&self) -> Result<()> {
        Ok(())
    }
}

/// A server of these books.
pub(crate) fn server(books: &Books) -> Server {
    Server::new().service(ShelfServer::new(books.clone()))
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Posts a body to a server.
pub(crate) async fn post<L: CallLayers>(server: Server<L>, body: impl Into<Bytes>) -> Answer {
    post_with(server, &[], body).await
}

/// Posts a body with headers to a server.
pub(crate) async fn post_with<L: CallLayers>(
    server: Server<L>,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Answer {
    let mut request = Request::post("/RPC2").header("content-type", "text/xml");
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
    /// The code and text of a fault, which has HTTP status 200.
    #[track_caller]
    pub(crate) fn fault(&self) -> (i64, &str) {
        assert_eq!(self.status, StatusCode::OK);
        assert!(self.body.contains("<fault>"), "{}", self.body);
        self.faults().next().unwrap()
    }

    /// The codes and texts of all faults.
    pub(crate) fn faults(&self) -> impl Iterator<Item = (i64, &str)> {
        self.body.split("<name>faultCode</name><value><int>").skip(1).map(|rest| {
            let code = rest.split('<').next().unwrap().parse().unwrap();
            let text = rest.split("<string>").nth(1).unwrap().split("</string>").next().unwrap();
            (code, text)
        })
    }

    /// What stands inside the `<value>` of a result.
    #[track_caller]
    pub(crate) fn result(&self) -> &str {
        let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse><params><param><value>";
        let result = self.body.strip_prefix(head);
        let tail = "</value></param></params></methodResponse>";
        result.and_then(|rest| rest.strip_suffix(tail)).unwrap_or_else(|| panic!("{}", self.body))
    }
}

/// A call as a document.
pub(crate) fn call(method: &str, params: &str) -> String {
    format!("<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>")
}

/// A parameter of that content.
pub(crate) fn param(value: &str) -> String {
    format!("<param><value>{value}</value></param>")
}
