//! The bare limit of gRPC: HTTP/2 that reads a request to its end and answers fixed bytes.

use std::sync::Arc;

use ::h2::RecvStream;
use ::h2::server::{self, SendResponse};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::net::{TcpListener, TcpStream};

use crate::workload::{Protocol, Workload};

pub(super) async fn serve(listener: TcpListener) {
    let answers = Arc::new(Workload::ALL.map(|workload| (workload.path(), workload.answer(Protocol::Grpc))));
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        tokio::spawn(connection(socket, answers.clone()));
    }
}

type Answers = Arc<[(&'static str, Bytes); 3]>;

async fn connection(socket: TcpStream, answers: Answers) -> Result<(), ::h2::Error> {
    socket.set_nodelay(true).expect("the socket is TCP");
    let mut builder = server::Builder::new();
    // As large as ours, so that it is a limit for blobs too.
    builder.initial_window_size(2 << 20).initial_connection_window_size(4 << 20).max_frame_size(64 << 10);
    let mut connection = builder.handshake::<_, Bytes>(socket).await?;
    while let Some(call) = connection.accept().await {
        let (request, respond) = call?;
        tokio::spawn(answer(request, respond, answers.clone()));
    }
    Ok(())
}

async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    answers: Answers,
) -> Result<(), ::h2::Error> {
    let (head, mut body) = request.into_parts();
    while let Some(data) = body.data().await {
        let length = data?.len();
        body.flow_control().release_capacity(length)?;
    }
    let answer = answers.iter().find(|(path, _)| *path == head.uri.path());
    let answer = answer.map_or_else(Bytes::new, |(_, bytes)| bytes.clone());
    let mut response = Response::new(());
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    let mut send = respond.send_response(response, false)?;
    send.send_data(answer, false)?;
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    send.send_trailers(trailers)
}
