//! `docs/wire.md`: its messages, as they go into a queue and come out of one.

use std::time::Duration;

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, MqAttr, MqdT, mq_getattr, mq_open, mq_receive, mq_send, mq_unlink};
use nix::sys::stat::Mode;
use polyrpc::{BoundServer, Message, Result, Server, service};
use polyrpc_test_support::{Page, hex};
use rustix::fs::{FlockOperation, flock};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// The names that the page has, so that only one of these tests runs at a time on a machine.
const SERVER: &str = "/wire-md";
const CLIENT: &str = "/polyrpc.wire-md.00112233445566778899aabbccddeeff";

const WITHIN: Duration = Duration::from_secs(20);

#[derive(Message)]
struct Item {
    sku: String,
    qty: u32,
}

#[derive(Message)]
struct Order {
    id: u64,
    items: Vec<Item>,
    note: Option<String>,
}

#[service(package = "shop.v1")]
trait Orders {
    async fn place(&self, order: Order) -> Result<u64>;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, order: Order) -> Result<u64> {
        Ok(order.id)
    }
}

/// The bytes of the page's only message of a kind.
fn message(kind: &str) -> Vec<u8> {
    let (page, words) = (Page::read("wire.md"), ["message", kind]);
    let blocks: Vec<_> = page.blocks(&words).collect();
    let [block] = blocks.as_slice() else { panic!("the page has {} such blocks", blocks.len()) };
    hex(&block.text)
}

/// The server, once no other run has the name.
async fn bound() -> BoundServer {
    loop {
        let server = Server::new().service(OrdersServer::new(Shop)).listen(format!("posix-mq:{SERVER}"));
        match server.bind().await {
            Ok(bound) => return bound,
            Err(error) => assert!(error.to_string().contains("somebody listens"), "{error}"),
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// A client's queue, as the page says that it is made.
fn made() -> MqdT {
    // One that was killed may have left it.
    let _ = mq_unlink(CLIENT);
    let flags = MQ_OFlag::O_RDONLY | MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_NONBLOCK;
    let size = MqAttr::new(0, 8, 1024, 0);
    let queue = mq_open(CLIENT, flags, Mode::S_IRUSR | Mode::S_IWUSR, Some(&size)).unwrap();
    flock(&queue, FlockOperation::NonBlockingLockExclusive).unwrap();
    queue
}

async fn received(queue: &MqdT) -> Vec<u8> {
    let mut buffer = vec![0; usize::try_from(mq_getattr(queue).unwrap().msgsize()).unwrap()];
    loop {
        match mq_receive(queue, &mut buffer, &mut 0) {
            Ok(length) => return buffer[..length].to_vec(),
            Err(Errno::EAGAIN) => sleep(Duration::from_millis(2)).await,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn the_pages_call_is_answered_as_the_page_says() {
    let bound = timeout(WITHIN, bound()).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(bound.run_until(async { drop(stopped.await) }));
    let replies = made();
    let requests = mq_open(SERVER, MQ_OFlag::O_WRONLY, Mode::empty(), None).unwrap();
    mq_send(&requests, &message("request"), 0).unwrap();
    let answer = timeout(WITHIN, received(&replies)).await;
    mq_unlink(CLIENT).unwrap();
    drop(stop);
    serving.await.unwrap();
    assert_eq!(answer.unwrap().escape_ascii().to_string(), message("response").escape_ascii().to_string());
}
