//! The requests of a page sent to a service, and what came back beside what the page shows.

use std::convert::Infallible;
use std::fmt::Write as _;

use bytes::Bytes;
use http::{Request, Response};
use polyrpc_transports::Body;
use tower_service::Service;

use crate::page::{Exchange, HttpMessage, Page};

impl Page {
    /// Asserts that a service answers each request as the page says, and that the page has more than `least` of them.
    /// `service` makes it, by the words of the request.
    ///
    /// # Panics
    /// With all answers that differ.
    pub async fn check<S>(&self, least: usize, service: impl Fn(&Exchange) -> S)
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    {
        let exchanges = self.exchanges();
        assert!(exchanges.len() > least, "{} examples", exchanges.len());
        let mut wrong = String::new();
        for exchange in &exchanges {
            let answer = exchange.answer(service(exchange)).await;
            if answer != exchange.response {
                let line = exchange.line;
                let _ = writeln!(wrong, "line {line}: {answer:#?}\nnot {:#?}", exchange.response);
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}

impl Exchange {
    /// Sends the request to a service. Of the response's headers only those that the page shows are kept.
    async fn answer<S>(&self, mut service: S) -> HttpMessage
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    {
        let mut parts = self.request.start.split(' ');
        let (method, uri) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in &self.request.headers {
            request = request.header(name, value);
        }
        let body = Body::from(Bytes::from(self.request.body.clone()));
        let request = request.body(body).unwrap_or_else(|error| panic!("line {}: {error}", self.line));
        let Ok(()) = std::future::poll_fn(|cx| service.poll_ready(cx)).await;
        let Ok(response) = service.call(request).await;

        let (head, body) = response.into_parts();
        let shown = self.response.headers.iter();
        let headers = shown
            .filter_map(|(name, _)| Some((name.clone(), head.headers.get(name)?.to_str().ok()?.to_owned())));
        let body = body.collect(1 << 20).await.expect("the service's own body").data;
        HttpMessage {
            start: format!("HTTP/1.1 {}", head.status),
            headers: headers.collect(),
            body: String::from_utf8_lossy(&body).trim_end().to_owned(),
        }
    }
}

impl HttpMessage {
    /// The message with the headers that are the call's, sorted: without those that tell of the connection or the time.
    pub fn essential(mut self) -> HttpMessage {
        let hidden = ["host", "user-agent", "content-length", "rpc-timeout"];
        self.headers.retain(|(name, _)| !hidden.contains(&name.as_str()));
        self.headers.sort();
        self
    }
}
