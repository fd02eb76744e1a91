//! The bare limit of JSON-RPC and XML-RPC: HTTP/1 that reads a request to its end and answers fixed bytes.

use std::sync::Arc;

use ::hyper::body::Incoming;
use ::hyper::server::conn::http1;
use ::hyper::service::service_fn;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::workload::{Protocol, Workload};

pub(super) async fn serve(listener: TcpListener) {
    let answers: Arc<[Answer]> = answers().into();
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        socket.set_nodelay(true).expect("the socket is TCP");
        let answers = answers.clone();
        let service = service_fn(move |request| answer(request, answers.clone()));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
    }
}

/// What is answered to a request of so many bytes: no two workloads have requests of one length.
struct Answer {
    request: usize,
    content_type: &'static str,
    body: Bytes,
}

fn answers() -> Vec<Answer> {
    let answer = |protocol: Protocol, workload: Workload| Answer {
        request: workload.request(protocol).len(),
        content_type: protocol.content_type(),
        body: workload.answer(protocol),
    };
    let protocols = [Protocol::JsonRpc, Protocol::XmlRpc].into_iter();
    protocols.flat_map(|protocol| Workload::ALL.map(|workload| answer(protocol, workload))).collect()
}

async fn answer(
    request: Request<Incoming>,
    answers: Arc<[Answer]>,
) -> Result<Response<Full<Bytes>>, ::hyper::Error> {
    let length = request.into_body().collect().await?.to_bytes().len();
    let found = answers.iter().find(|answer| answer.request == length);
    let (content_type, body) =
        found.map_or(("text/plain", Bytes::new()), |answer| (answer.content_type, answer.body.clone()));
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(response)
}
