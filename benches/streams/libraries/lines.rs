//! The bare limit of JSON-RPC on a connection: both ends write what is ready at once, in lines, and of what comes only
//! the ends of lines and the ids are looked at.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Instant;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::Mutex;

use crate::case::{ITEMS, Link, SMALL, SUM};
use crate::load::nanos;

/// A connection.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

pub(super) async fn serve_tcp(listener: TcpListener) {
    let items = items();
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        socket.set_nodelay(true).expect("the socket is TCP");
        tokio::spawn(connection(socket, items.clone()));
    }
}

pub(super) async fn serve_unix(listener: UnixListener) {
    let items = items();
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        tokio::spawn(connection(socket, items.clone()));
    }
}

/// What answers `items`: the response, the notifications, and the end.
fn items() -> Bytes {
    let notice = |what: String| {
        format!(
            "{{\"jsonrpc\":\"2.0\",\"method\":\"bench.items\",\"params\":{{\"subscription\":\"1\",{what}}}}}\n"
        )
    };
    let opened = "{\"jsonrpc\":\"2.0\",\"result\":\"1\",\"id\":1}\n".to_owned();
    let items = (0..ITEMS).map(|item| notice(format!("\"result\":{item}")));
    let done = notice("\"done\":true".to_owned());
    [opened].into_iter().chain(items).chain([done]).collect::<String>().into()
}

/// Answers all requests that have come, and only then reads more.
async fn connection(mut stream: impl Stream, items: Bytes) -> io::Result<()> {
    let (mut read, mut out) = (BytesMut::with_capacity(64 << 10), Vec::new());
    loop {
        if stream.read_buf(&mut read).await? == 0 {
            return Ok(());
        }
        while let Some(line) = line(&mut read) {
            match id(&line) {
                0 => out.extend_from_slice(&items),
                id => writeln!(out, "{{\"jsonrpc\":\"2.0\",\"result\":{SUM},\"id\":{id}}}")?,
            }
        }
        stream.write_all(&out).await?;
        out.clear();
    }
}

fn line(read: &mut BytesMut) -> Option<BytesMut> {
    let end = read.iter().position(|byte| *byte == b'\n')?;
    let line = read.split_to(end);
    read.advance(1);
    Some(line)
}

/// The number of a request; those of the others are 0.
fn id(line: &[u8]) -> u64 {
    let start = line.windows(5).position(|bytes| bytes == b"\"id\":").map_or(line.len(), |start| start + 5);
    line[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |id, digit| id * 10 + u64::from(digit - b'0'))
}

/// The calling end.
#[derive(Clone)]
pub(crate) struct Client(Arc<Mutex<Connection>>);

struct Connection {
    stream: Box<dyn Stream>,
    read: BytesMut,
    items: usize,
    calls: u64,
}

pub(super) async fn connect(link: Link, address: &str) -> io::Result<Client> {
    let stream: Box<dyn Stream> = match link {
        Link::Unix => Box::new(UnixStream::connect(address).await?),
        Link::WebSocket | Link::Grpc => {
            let socket = TcpStream::connect(address).await?;
            socket.set_nodelay(true)?;
            Box::new(socket)
        }
    };
    let read = BytesMut::with_capacity(64 << 10);
    Ok(Client(Arc::new(Mutex::new(Connection { stream, read, items: items().len(), calls: 0 }))))
}

impl Client {
    /// Makes so many calls at once until the time is over.
    pub(crate) async fn calls(
        &self,
        in_flight: usize,
        until: Instant,
        latencies: &mut Vec<u32>,
    ) -> io::Result<()> {
        self.0.lock().await.calls(in_flight, until, latencies).await
    }

    /// Reads all items of a stream.
    pub(super) async fn items(&self) -> io::Result<()> {
        self.0.lock().await.items().await
    }
}

impl Connection {
    async fn calls(&mut self, in_flight: usize, until: Instant, latencies: &mut Vec<u32>) -> io::Result<()> {
        let (mut out, mut begun) = (Vec::new(), VecDeque::with_capacity(in_flight));
        loop {
            let now = Instant::now();
            while now < until && begun.len() < in_flight {
                self.calls += 1;
                let (id, (a, b)) = (self.calls, SMALL);
                let params = format_args!("{{\"a\":{a},\"b\":{b}}}");
                writeln!(
                    out,
                    "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"bench.small\",\"params\":{params}}}"
                )?;
                begun.push_back((id, now));
            }
            if begun.is_empty() {
                return Ok(());
            }
            self.stream.write_all(&out).await?;
            out.clear();
            self.more().await?;
            while let Some(line) = line(&mut self.read) {
                // They are answered in order.
                let Some((_, start)) = begun.pop_front().filter(|(expected, _)| *expected == id(&line))
                else {
                    return Err(io::Error::other("another call was answered"));
                };
                latencies.push(nanos(start));
            }
        }
    }

    async fn items(&mut self) -> io::Result<()> {
        let (a, method) = (ITEMS, "bench.items");
        let request = format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"{method}\",\"params\":{{\"count\":{a}}}}}\n"
        );
        self.stream.write_all(request.as_bytes()).await?;
        let mut missing = self.items;
        while missing > 0 {
            self.more().await?;
            missing = missing.saturating_sub(self.read.len());
            self.read.clear();
        }
        Ok(())
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
