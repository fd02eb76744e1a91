//! A server that sends each small message in a DATA frame of its own, padded or not, to a client of ours that lags: the
//! HTTP/2 library takes many of these for an attack.

use std::time::Duration;

use polyrpc_core::Channel;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::frames::{DATA, END_HEADERS, END_STREAM, HEADERS, PADDED, PREFACE, frame, headers};
use crate::support::{EIGHT, Wire, WireClient, framed};

const SETTINGS: u8 = 4;
const ACK: u8 = 1;

/// Messages of a stream: with padding they are just within the window that our client gives at once.
const MANY: u64 = 80_000;

/// Bytes of padding, of the most that leave room for the message in a window.
const PADDING: usize = 9;

/// A message of eight bytes.
fn message(number: u64) -> Vec<u8> {
    let mut bytes = vec![0x08];
    let mut value = EIGHT + number;
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    framed(&bytes)
}

/// Answers the first call on a connection: all messages, each in its frame.
async fn answer(mut socket: TcpStream, padded: bool) {
    let mut preface = vec![0; PREFACE.len()];
    tokio::io::AsyncReadExt::read_exact(&mut socket, &mut preface).await.unwrap();
    socket.write_all(&frame(SETTINGS, 0, 0, b"")).await.unwrap();
    let stream = loop {
        let (kind, flags, stream, _) = crate::frames::read(&mut socket).await;
        match kind {
            SETTINGS if flags & ACK == 0 => socket.write_all(&frame(SETTINGS, ACK, 0, b"")).await.unwrap(),
            HEADERS => break stream,
            _ => {}
        }
    };
    let head = headers(&[(":status", "200"), ("content-type", "application/grpc")]);
    let mut bytes = frame(HEADERS, END_HEADERS, stream, &head);
    for number in 0..MANY {
        let message = message(number);
        let part = match padded {
            true => [vec![PADDING as u8], message, vec![0; PADDING]].concat(),
            false => message,
        };
        bytes.extend_from_slice(&frame(DATA, if padded { PADDED } else { 0 }, stream, &part));
    }
    let trailers = headers(&[("grpc-status", "0")]);
    bytes.extend_from_slice(&frame(HEADERS, END_HEADERS | END_STREAM, stream, &trailers));
    socket.write_all(&bytes).await.unwrap();
    // The connection stays open until the client has read all.
    while tokio::io::AsyncReadExt::read(&mut socket, &mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
}

async fn all_arrive(padded: bool) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answering = tokio::spawn(async move { answer(listener.accept().await.unwrap().0, padded).await });
    let client = WireClient::new(Channel::connect(format!("grpc+tcp://{address}")).await.unwrap());
    let mut flood = client.flood(MANY).await.unwrap();
    for number in 0..MANY {
        if number % 20_000 == 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(flood.message().await.unwrap(), Some(EIGHT + number));
    }
    assert_eq!(flood.message().await.unwrap(), None);
    answering.abort();
}

#[tokio::test]
async fn tiny_frames_are_borne() {
    all_arrive(false).await;
}

#[tokio::test]
async fn padded_frames_are_borne() {
    all_arrive(true).await;
}
