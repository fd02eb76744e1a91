//! Something between a client and a server that spoils what passes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::kinds::Served;

/// How one direction passes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flow {
    Whole,
    /// So many bytes, and then the end, as from a peer that has closed its stream.
    Ends(usize),
    /// So many bytes, and then the connection is reset in both directions.
    Resets(usize),
    /// So many bytes, and then silence.
    Stops(usize),
    /// So many bytes a second.
    Drips(usize),
}

impl Flow {
    fn most(self) -> usize {
        match self {
            Flow::Ends(most) | Flow::Resets(most) | Flow::Stops(most) => most,
            Flow::Whole | Flow::Drips(_) => usize::MAX,
        }
    }
}

/// The bytes that passed in one direction, of all connections.
#[derive(Debug)]
struct Direction {
    flow: Flow,
    passed: AtomicUsize,
}

/// A relay before a server.
#[derive(Debug)]
pub(crate) struct Relay {
    /// Without a protocol.
    pub(crate) endpoint: String,
    up: Arc<Direction>,
    down: Arc<Direction>,
    running: JoinHandle<()>,
}

impl Relay {
    pub(crate) async fn new(served: &Served, up: Flow, down: Flow) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
        let direction = |flow| Arc::new(Direction { flow, passed: AtomicUsize::new(0) });
        let (up, down) = (direction(up), direction(down));
        let (to, directions) = (served.address(), (up.clone(), down.clone()));
        let running = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                let Ok(far) = TcpStream::connect(&to).await else { return };
                connections.spawn(connection(near, far, directions.clone()));
            }
        });
        Relay { endpoint, up, down, running }
    }

    /// Bytes that came from clients.
    pub(crate) fn sent(&self) -> usize {
        self.up.passed.load(Ordering::SeqCst)
    }

    /// Bytes that came from the server.
    pub(crate) fn answered(&self) -> usize {
        self.down.passed.load(Ordering::SeqCst)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// The connection is to be reset.
struct Reset;

async fn connection(mut near: TcpStream, mut far: TcpStream, (up, down): (Arc<Direction>, Arc<Direction>)) {
    near.set_nodelay(true).unwrap();
    far.set_nodelay(true).unwrap();
    let (near_reads, near_writes) = near.split();
    let (far_reads, far_writes) = far.split();
    let passing = tokio::try_join!(pass(near_reads, far_writes, &up), pass(far_reads, near_writes, &down));
    if let Err(Reset) = passing {
        near.set_zero_linger().unwrap();
        far.set_zero_linger().unwrap();
    }
}

async fn pass(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, direction: &Direction) -> Result<(), Reset> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let room = direction.flow.most().saturating_sub(direction.passed.load(Ordering::SeqCst));
        if room == 0 {
            return match direction.flow {
                Flow::Resets(_) => Err(Reset),
                Flow::Stops(_) => std::future::pending().await,
                _ => end(to).await,
            };
        }
        let most = match direction.flow {
            Flow::Drips(most) => most,
            _ => room.min(buffer.len()),
        };
        let read = match from.read(&mut buffer[..most]).await {
            Ok(0) => return end(to).await,
            Ok(read) => read,
            Err(_) => return Err(Reset),
        };
        if matches!(direction.flow, Flow::Drips(_)) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return Err(Reset);
        }
        direction.passed.fetch_add(read, Ordering::SeqCst);
    }
}

async fn end(mut to: WriteHalf<'_>) -> Result<(), Reset> {
    to.shutdown().await.map_err(|_| Reset)
}
