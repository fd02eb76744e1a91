//! Limits that the HTTP library does not have: what happens today, so that docs/limits.md tells the truth.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Probe, Served, say};

const JSON: &str = r#"{"jsonrpc":"2.0","id":1,"method":"probe.add","params":[1,2]}"#;
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const ACK: u8 = 1;

/// A frame of HTTP/2 (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// What the server sends on a connection that says this after its preface, until it closes it or is silent for a while:
/// the kinds and flags of its frames, and whether it closed.
async fn answered(served: &Served, said: Vec<u8>) -> (Vec<(u8, u8)>, bool) {
    let stream = TcpStream::connect(served.address()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let writing = tokio::spawn(async move {
        // The server may have had enough before the end.
        let _ = write.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[]), &said].concat()).await;
        write
    });
    let mut frames = Vec::new();
    let mut head = [0; 9];
    let closed = loop {
        match timeout(Duration::from_millis(500), read.read_exact(&mut head)).await {
            Err(_) => break false,
            Ok(Err(_)) => break true,
            Ok(Ok(_)) => {
                let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
                read.read_exact(&mut payload).await.unwrap();
                frames.push((head[3], head[4]));
            }
        }
    };
    writing.abort();
    (frames, closed)
}

#[tokio::test]
async fn floods_of_pings_and_settings_are_answered_one_by_one() {
    let (served, _) = Served::probe().await;
    for (kind, payload) in [(PING, &[7; 8][..]), (SETTINGS, &[])] {
        let (frames, closed) = answered(&served, frame(kind, 0, 0, payload).repeat(5000)).await;
        let answers = frames.iter().filter(|frame| **frame == (kind, ACK)).count();
        assert!(answers >= 5000 && !closed, "{kind}: {answers} answers, closed: {closed}");
    }
    assert_eq!(served.client("grpc").await.add(1, 2).await.unwrap(), 3);
}

#[tokio::test]
async fn continuation_frames_are_few() {
    let (served, seen) = Served::probe().await;
    for (pieces, refused) in [(4, false), (8, true), (1000, true)] {
        // A header field `a: b` in each (RFC 7541, section 6.2.2), and no end.
        let piece = frame(CONTINUATION, 0, 1, b"\x00\x01a\x01b");
        let said = [frame(HEADERS, 0, 1, &[]), piece.repeat(pieces)].concat();
        let (frames, closed) = answered(&served, said).await;
        assert_eq!((frames.contains(&(GOAWAY, 0)), closed), (refused, refused), "{pieces}: {frames:?}");
    }
    assert_eq!(seen.begun(), 0);
}

#[tokio::test]
async fn a_length_beside_chunks_gives_way_to_them_and_ends_the_connection() {
    let (served, _) = Served::probe().await;
    let request = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n{JSON}\r\n0\r\n\r\n",
        JSON.len()
    );
    // What stands behind it is not taken for a further request.
    let answer = say(served.address(), format!("{request}{request}").as_bytes()).await;
    assert!(answer.status == 200 && answer.head.contains("connection: close"), "{answer:?}");
    assert_eq!(answer.body.matches("\"result\":3").count(), 1, "{answer:?}");
}

#[tokio::test]
async fn bare_line_feeds_end_header_lines() {
    let (served, _) = Served::probe().await;
    let text = format!(
        "POST / HTTP/1.1\nhost: localhost\nconnection: close\ncontent-type: application/json\n\
         content-length: {}\n\n{JSON}",
        JSON.len()
    );
    let answer = say(served.address(), text.as_bytes()).await;
    assert!(answer.status == 200 && answer.body.contains("\"result\":3"), "{answer:?}");
}
