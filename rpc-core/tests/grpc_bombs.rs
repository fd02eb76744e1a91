//! Compressed messages that are small on the wire and huge behind it: what is allocated for them. A program of its
//! own, with one test, because it counts what the whole process allocates.

use std::io::Write;

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use polyrpc_core::{Result, Server};
use polyrpc_macros::service;
use tokio::net::TcpStream;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const LIMIT: usize = 4 << 20;
const HUGE: usize = 64 << 20;

#[service(package = "wire.v1", crate = polyrpc_core)]
trait Wire {
    async fn size(&self, data: Vec<u8>) -> Result<u64>;
}

struct Size;

impl Wire for Size {
    async fn size(&self, data: Vec<u8>) -> Result<u64> {
        Ok(data.len() as u64)
    }
}

fn gzip_bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1 << 20];
    (0..HUGE >> 20).for_each(|_| encoder.write_all(&zeros).unwrap());
    encoder.finish().unwrap()
}

/// A frame that asks for a window (RFC 8878, section 3.1.1.1.2), and blocks that repeat one byte 128 KiB times.
fn zstd_bomb(window: u8) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, window];
    (0..HUGE >> 17).for_each(|_| frame.extend_from_slice(&[0x02, 0, 0x10, 0]));
    frame
}

#[tokio::test]
async fn a_bomb_costs_no_more_than_a_few_messages_at_the_limit() {
    let server = Server::new().service(WireServer::new(Size)).listen("tcp://127.0.0.1:0").bind();
    let server = server.await.unwrap();
    let address = server.endpoints()[0].to_string();
    tokio::spawn(async move {
        server.run_until(std::future::pending()).await;
    });
    let socket = TcpStream::connect(address.strip_prefix("tcp://").unwrap()).await.unwrap();
    let (send, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let bombs = [
        ("gzip", gzip_bomb(), 2),
        // 1 KiB less than the block, 128 KiB, 4 MiB, 512 MiB. The decoder keeps a window beside the message, and
        // doubles its buffer when a last block goes beyond it.
        ("zstd", zstd_bomb(7 << 3), 3),
        ("zstd", zstd_bomb(12 << 3), 3),
        ("zstd", zstd_bomb(19 << 3), 3),
    ];
    for (encoding, bomb, times) in bombs {
        let mut frame = vec![1];
        frame.extend_from_slice(&(bomb.len() as u32).to_be_bytes());
        frame.extend_from_slice(&bomb);
        let received = frame.len();
        let request = http::Request::post("http://localhost/wire.v1.Wire/Size")
            .header("content-type", "application/grpc")
            .header("grpc-encoding", encoding)
            .body(())
            .unwrap();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let (response, mut body) = send.clone().ready().await.unwrap().send_request(request, false).unwrap();
        body.send_data(Bytes::from(frame), true).unwrap();
        let head = response.await.unwrap();
        assert_eq!(head.headers()["grpc-status"], "8", "{encoding}: {head:?}");
        let most = MEMORY.peak_usage() - before;
        let allowed = times * LIMIT + 2 * received + (1 << 20);
        assert!(most <= allowed, "{encoding}: {received} bytes took {most}, more than {allowed}");
    }
}
