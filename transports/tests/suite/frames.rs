//! Peers that send each message in a frame of its own, however small.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::support::{RawFrame, Served, endpoint_of, frame, next_frame, request};
use bytes::Bytes;
use http::{Request, Version};
use polyrpc_transports::{Body, ClientConfig, HttpClient, ServerConfig};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const WINDOW_UPDATE: u8 = 8;

/// What the client lets the server send.
#[derive(Default)]
struct Credit {
    connection: AtomicI64,
    stream: AtomicI64,
    changed: Notify,
}

impl Credit {
    /// Reads what the client says, for ever.
    async fn follow(&self, mut from: OwnedReadHalf) {
        RawFrame::preface(&mut from).await;
        self.connection.fetch_add(65_535, Ordering::SeqCst);
        while let Some(RawFrame { kind, stream, payload }) = RawFrame::read(&mut from).await {
            let number = |bytes: &[u8]| i64::from(u32::from_be_bytes(bytes.try_into().unwrap()));
            match kind {
                SETTINGS => {
                    let window = payload.chunks(6).find(|setting| setting[..2] == [0, 4]);
                    let window = window.map_or(0, |setting| number(&setting[2..]));
                    self.stream.fetch_add(window, Ordering::SeqCst);
                }
                WINDOW_UPDATE if stream == 0 => {
                    self.connection.fetch_add(number(&payload), Ordering::SeqCst);
                }
                WINDOW_UPDATE => {
                    self.stream.fetch_add(number(&payload), Ordering::SeqCst);
                }
                _ => {}
            }
            self.changed.notify_one();
        }
    }

    /// How many frames of this size may be sent now; waits until there is one.
    async fn frames(&self, size: i64) -> i64 {
        loop {
            let credit = self.connection.load(Ordering::SeqCst).min(self.stream.load(Ordering::SeqCst));
            if credit >= size {
                return credit / size;
            }
            self.changed.notified().await;
        }
    }

    fn spend(&self, bytes: i64) {
        self.connection.fetch_sub(bytes, Ordering::SeqCst);
        self.stream.fetch_sub(bytes, Ordering::SeqCst);
    }
}

/// A DATA frame that holds the number in eight bytes, and so much padding.
fn message(number: u64, padding: Option<u8>) -> Vec<u8> {
    const PADDED: u8 = 8;
    match padding {
        None => frame(DATA, 0, 1, &number.to_be_bytes()),
        Some(padding) => {
            let zeros = vec![0; padding.into()];
            frame(DATA, PADDED, 1, &[&[padding], &number.to_be_bytes()[..], &zeros].concat())
        }
    }
}

/// A server that answers one call with so many messages, as fast as it may.
async fn counts(messages: u64, padding: Option<u8>) -> HttpClient {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = HttpClient::new(&endpoint_of(listener.local_addr().unwrap()), ClientConfig::new());
    tokio::spawn(async move {
        let (stream, _): (TcpStream, _) = listener.accept().await.unwrap();
        let (from, mut to) = stream.into_split();
        let credit = Arc::new(Credit::default());
        let follows = credit.clone();
        tokio::spawn(async move { follows.follow(from).await });
        to.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
        to.write_all(&frame(SETTINGS, 1, 0, &[])).await.unwrap();
        let size = 8 + padding.map_or(0, |padding| 1 + i64::from(padding));
        credit.frames(size).await;
        // END_HEADERS, and `:status: 200` of the static table.
        to.write_all(&frame(HEADERS, 4, 1, &[0x88])).await.unwrap();
        let mut sent = 0;
        while sent < messages {
            let turn = (credit.frames(size).await as u64).min(messages - sent).min(1000);
            credit.spend(turn as i64 * size);
            let batch: Vec<u8> = (sent..sent + turn).flat_map(|number| message(number, padding)).collect();
            if to.write_all(&batch).await.is_err() {
                return;
            }
            sent += turn;
        }
        let _ = to.write_all(&frame(DATA, 1, 1, &[])).await;
    });
    client.unwrap()
}

/// Reads all messages, and pauses now and then.
async fn read_all(mut body: Body, pause: Duration) -> u64 {
    let mut bytes = Vec::new();
    let mut count = 0;
    let mut pauses = 3;
    while let Some(frame) = next_frame(&mut body).await {
        bytes.extend(frame.unwrap().into_data().unwrap());
        let whole = bytes.len() / 8 * 8;
        for number in bytes[..whole].chunks(8) {
            assert_eq!(u64::from_be_bytes(number.try_into().unwrap()), count);
            count += 1;
        }
        bytes.drain(..whole);
        if pauses > 0 && !pause.is_zero() {
            pauses -= 1;
            tokio::time::sleep(pause).await;
        }
    }
    count
}

async fn tiny_frames(messages: u64, padding: Option<u8>, pause: Duration) {
    let client = counts(messages, padding).await;
    let response = client.send(request(Version::HTTP_2, "/", "")).await.unwrap();
    assert_eq!(read_all(response.into_body(), pause).await, messages);
}

#[tokio::test]
async fn a_million_tiny_frames_wait_for_a_reader_that_lags() {
    tiny_frames(1_000_000, None, Duration::from_millis(500)).await;
}

#[tokio::test]
async fn tiny_frames_come_with_and_without_padding() {
    for padding in [None, Some(0), Some(255)] {
        tiny_frames(50_000, padding, Duration::ZERO).await;
        tiny_frames(50_000, padding, Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn tiny_frames_wait_for_a_handler_that_lags() {
    let served = Served::start("tcp://127.0.0.1:0", ServerConfig::new()).await;
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (mut send, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async move { connection.await.unwrap() });
    let post = Request::post("http://x/lag").body(()).unwrap();
    let (response, mut body) = send.send_request(post, false).unwrap();
    for _ in 0..100_000 {
        body.send_data(Bytes::from_static(b"8 bytes."), false).unwrap();
    }
    body.send_data(Bytes::new(), true).unwrap();
    let mut length = response.await.unwrap().into_body();
    assert_eq!(length.data().await.unwrap().unwrap(), "800000");
}
