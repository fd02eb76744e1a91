//! `GET /`: a short text for people who open the address in a browser.

use std::fmt::Write;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Response};
use polyrpc_transports::Body;

use crate::schema::{CallKind, MethodSchema, Protocol, ServiceSchema, example};

/// The page: the services, and a curl line.
pub(super) fn page(services: &[&'static ServiceSchema], headers: &HeaderMap) -> Response<Body> {
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let mut response = Response::new(Body::from(text(services, host).into_bytes()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn text(services: &[&'static ServiceSchema], host: &str) -> String {
    let mut out = String::from("gRPC, JSON-RPC 2.0 and XML-RPC are served here.\n\n");
    for service in services {
        // Writing into a string does not fail.
        let _ = writeln!(out, "{}", service.full_name);
        for method in service.methods {
            let _ = writeln!(out, "  {}", method.spellings(Protocol::JsonRpc).swap_remove(0));
        }
    }
    if let Some(line) = services.iter().flat_map(|service| service.methods).next() {
        let _ = write!(out, "\n{}\n", curl(line, &format!("http://{host}/")));
    }
    out
}

/// A command that calls `method` by JSON-RPC, its arguments left for the reader to fill in.
pub(super) fn curl(method: &'static MethodSchema, url: &str) -> String {
    let name = method.spellings(Protocol::JsonRpc).swap_remove(0);
    let id = if method.kind == CallKind::OneWay { "" } else { ",\"id\":1" };
    format!(
        "curl {url} -H 'content-type: application/json' \
         -d '{{\"jsonrpc\":\"2.0\",\"method\":\"{name}\",\"params\":{}{id}}}'",
        example(method.request)
    )
}
