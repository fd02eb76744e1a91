//! The bare limit of streams in gRPC: HTTP/2 that sends bytes which are ready, and counts them.

use std::io;

use ::h2::RecvStream;
use ::h2::client::SendRequest;
use ::h2::server::{self, SendResponse};
use bytes::{BufMut, Bytes};
use http::{HeaderMap, HeaderValue, Request, Response};
use prost::Message;
use tokio::net::{TcpListener, TcpStream};

use super::messages::{ItemsRequest, ItemsResponse, PATH};
use crate::case::ITEMS;

/// The most that stands in a frame.
const FRAME: usize = 32 << 10;

pub(super) async fn serve(listener: TcpListener) {
    let answer = answer();
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        tokio::spawn(connection(socket, answer.clone()));
    }
}

/// All items.
fn answer() -> Bytes {
    let mut out = Vec::new();
    (0..ITEMS).for_each(|result| frame(&ItemsResponse { result }, &mut out));
    out.into()
}

/// A message behind gRPC's five bytes.
fn frame(message: &impl Message, out: &mut Vec<u8>) {
    out.put_u8(0);
    out.put_u32(message.encoded_len() as u32);
    out.extend(message.encode_to_vec());
}

async fn connection(socket: TcpStream, answer: Bytes) -> Result<(), ::h2::Error> {
    socket.set_nodelay(true).expect("the socket is TCP");
    let mut connection = server::Builder::new().max_frame_size(FRAME as u32).handshake(socket).await?;
    while let Some(call) = connection.accept().await {
        let (request, respond) = call?;
        tokio::spawn(respond_to(request, respond, answer.clone()));
    }
    Ok(())
}

async fn respond_to(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    mut answer: Bytes,
) -> Result<(), ::h2::Error> {
    read(request.into_body()).await?;
    let mut response = Response::new(());
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    let mut send = respond.send_response(response, false)?;
    while !answer.is_empty() {
        send.send_data(answer.split_to(FRAME.min(answer.len())), false)?;
    }
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    send.send_trailers(trailers)
}

/// Reads a body to its end, and says how long it was.
async fn read(mut body: RecvStream) -> Result<usize, ::h2::Error> {
    let mut length = 0;
    while let Some(data) = body.data().await {
        let data = data?.len();
        length += data;
        body.flow_control().release_capacity(data)?;
    }
    body.trailers().await?;
    Ok(length)
}

#[derive(Clone)]
pub(crate) struct Client {
    send: SendRequest<Bytes>,
    uri: http::Uri,
    expected: usize,
}

pub(super) async fn connect(address: &str) -> io::Result<Client> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let mut builder = ::h2::client::Builder::new();
    // As large as ours.
    builder
        .initial_window_size(2 << 20)
        .initial_connection_window_size(16 << 20)
        .max_frame_size(FRAME as u32);
    let (send, connection) = builder.handshake(socket).await.map_err(io::Error::other)?;
    tokio::spawn(connection);
    let uri = format!("http://{address}{PATH}").parse().map_err(io::Error::other)?;
    Ok(Client { send, uri, expected: answer().len() })
}

impl Client {
    pub(super) async fn items(&mut self) -> io::Result<()> {
        let length = self.exchange().await.map_err(io::Error::other)?;
        match length == self.expected {
            true => Ok(()),
            false => Err(io::Error::other(format!("{length} bytes were answered"))),
        }
    }

    async fn exchange(&mut self) -> Result<usize, ::h2::Error> {
        let mut request = Request::post(self.uri.clone()).body(()).expect("the request is one");
        let headers = request.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/grpc"));
        headers.insert("te", HeaderValue::from_static("trailers"));
        let mut message = Vec::new();
        frame(&ItemsRequest { count: ITEMS }, &mut message);
        let (response, mut send) = self.send.send_request(request, false)?;
        send.send_data(message.into(), true)?;
        read(response.await?.into_body()).await
    }
}
