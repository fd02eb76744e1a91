//! The Ethereum clients' convention for subscriptions, served to `ethers` as it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use polyrpc::{Message, Result, Server, Status, Streaming, service};
use polyrpc_test_support::{Peers, finish};
use tokio::sync::watch;

use crate::{Outcome, Suite};

/// How long the script may take.
const WITHIN: Duration = Duration::from_secs(60);

/// The time between two blocks.
const PACE: Duration = Duration::from_millis(20);

/// A number as Ethereum writes it: `0x2a`.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
#[serde(try_from = "String", into = "String")]
struct Quantity(u64);

impl TryFrom<String> for Quantity {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        let digits = text.strip_prefix("0x").ok_or("a quantity begins with 0x")?;
        u64::from_str_radix(digits, 16).map(Self).map_err(|error| error.to_string())
    }
}

impl From<Quantity> for String {
    fn from(Quantity(number): Quantity) -> String {
        format!("{number:#x}")
    }
}

/// What `newHeads` tells of a block, and all that there is of it.
#[derive(Message, Clone, Debug)]
#[serde(rename_all = "camelCase")]
struct Block {
    number: Quantity,
    hash: String,
    parent_hash: String,
    timestamp: Quantity,
    nonce: String,
    difficulty: Quantity,
    gas_limit: Quantity,
    gas_used: Quantity,
    miner: String,
    extra_data: String,
    transactions: Vec<String>,
}

impl Block {
    fn at(number: u64) -> Block {
        let hash = |number: u64| format!("0x{number:064x}");
        Block {
            number: Quantity(number),
            hash: hash(number + 1),
            parent_hash: hash(number),
            timestamp: Quantity(1_700_000_000 + number),
            nonce: "0x0000000000000000".to_owned(),
            difficulty: Quantity(0),
            gas_limit: Quantity(30_000_000),
            gas_used: Quantity(0),
            miner: format!("0x{:040x}", 7),
            extra_data: "0x".to_owned(),
            transactions: Vec::new(),
        }
    }
}

#[service(package = "ethereum.v1", short = false)]
trait Ethereum {
    #[rpc(jsonrpc = "eth_chainId")]
    async fn chain_id(&self) -> Result<Quantity>;
    #[rpc(jsonrpc = "net_version")]
    async fn version(&self) -> Result<String>;
    #[rpc(jsonrpc = "eth_blockNumber")]
    async fn block_number(&self) -> Result<Quantity>;
    #[rpc(jsonrpc = "eth_getBlockByNumber")]
    async fn block(&self, number: Quantity, transactions: bool) -> Result<Option<Block>>;
    #[rpc(jsonrpc(
        subscribe = "eth_subscribe",
        notification = "eth_subscription",
        unsubscribe = "eth_unsubscribe"
    ))]
    async fn subscribe(&self, kind: String) -> Result<Streaming<Block>>;
    /// How many subscriptions there are, which no node tells, but this test asks.
    #[rpc(jsonrpc = "test_subscriptions")]
    async fn subscriptions(&self) -> Result<u64>;
}

/// A chain that grows by itself.
struct Chain {
    last: watch::Receiver<u64>,
    subscriptions: Arc<AtomicU64>,
}

/// A subscription, for as long as there is one.
struct Subscribed(Arc<AtomicU64>);

impl Drop for Subscribed {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Ethereum for Chain {
    async fn chain_id(&self) -> Result<Quantity> {
        Ok(Quantity(1337))
    }

    async fn version(&self) -> Result<String> {
        Ok("1337".to_owned())
    }

    async fn block_number(&self) -> Result<Quantity> {
        Ok(Quantity(*self.last.borrow()))
    }

    async fn block(&self, number: Quantity, _transactions: bool) -> Result<Option<Block>> {
        Ok((number.0 <= *self.last.borrow()).then(|| Block::at(number.0)))
    }

    async fn subscribe(&self, kind: String) -> Result<Streaming<Block>> {
        if kind != "newHeads" {
            return Err(Status::invalid_argument(format!("no subscription {kind:?}")));
        }
        self.subscriptions.fetch_add(1, Ordering::SeqCst);
        let subscribed = Subscribed(self.subscriptions.clone());
        let mut last = self.last.clone();
        Ok(Streaming::produce(async move |out| {
            let _subscribed = subscribed;
            let mut told = *last.borrow_and_update();
            while last.changed().await.is_ok() {
                let now = *last.borrow_and_update();
                for number in told + 1..=now {
                    out.send(Block::at(number)).await;
                }
                told = now;
            }
            Ok(())
        }))
    }

    async fn subscriptions(&self) -> Result<u64> {
        Ok(self.subscriptions.load(Ordering::SeqCst))
    }
}

pub(crate) fn suites() -> Vec<Suite> {
    vec![Suite::new("client ethers", blocks_arrive)]
}

fn blocks_arrive() -> Outcome {
    let peers = Peers::node()?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let (grow, last) = watch::channel(41);
    let chain = Chain { last, subscriptions: Arc::default() };
    let server = Server::new().service(EthereumServer::new(chain)).listen("tcp://127.0.0.1:0");
    let server = runtime.block_on(server.bind()).map_err(|error| error.to_string())?;
    let endpoint = server.endpoints()[0].to_string();
    runtime.spawn(server.run_until(std::future::pending()));
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(PACE).await;
            grow.send_modify(|last| *last += 1);
        }
    });
    let mut command = peers.script("ethers_client.js");
    command.arg(endpoint);
    crate::clients::report(&finish(command, WITHIN)?)
}
