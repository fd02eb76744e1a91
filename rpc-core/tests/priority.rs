//! `#[rpc(priority = …)]`: what a transport is told of how urgent a call is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Request;
use polyrpc_core::{BoxHttp, Channel, ChannelBuilder, Protocol, Result, Server, Streaming};
use polyrpc_macros::service;
use polyrpc_transports::{Body, ClientError, Priority};
use tower::ServiceExt;
use tower_layer::layer_fn;

/// One method of each kind, and each with a priority of its own.
#[service(package = "urgent.v1", crate = polyrpc_core)]
trait Urgent {
    #[rpc(priority = 9)]
    async fn ask(&self, n: u64) -> Result<u64>;
    #[rpc(priority = 8, oneway)]
    async fn tell(&self, n: u64) -> Result<()>;
    #[rpc(priority = 7)]
    async fn count(&self, n: u64) -> Result<Streaming<u64>>;
    #[rpc(priority = 32767)]
    async fn sum(&self, numbers: Streaming<u64>) -> Result<u64>;
    #[rpc(priority = 0)]
    async fn chat(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>>;
}

/// The same without.
#[service(package = "patient.v1", crate = polyrpc_core)]
trait Patient {
    async fn ask(&self, n: u64) -> Result<u64>;
    #[rpc(oneway)]
    async fn tell(&self, n: u64) -> Result<()>;
    async fn count(&self, n: u64) -> Result<Streaming<u64>>;
    async fn sum(&self, numbers: Streaming<u64>) -> Result<u64>;
    async fn chat(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>>;
}

struct Desk;

macro_rules! served {
    ($trait:ident) => {
        impl $trait for Desk {
            async fn ask(&self, n: u64) -> Result<u64> {
                Ok(n)
            }

            async fn tell(&self, _: u64) -> Result<()> {
                Ok(())
            }

            async fn count(&self, n: u64) -> Result<Streaming<u64>> {
                Ok(Streaming::from_items(0..n))
            }

            async fn sum(&self, mut numbers: Streaming<u64>) -> Result<u64> {
                let mut sum = 0;
                while let Some(number) = numbers.message().await? {
                    sum += number;
                }
                Ok(sum)
            }

            async fn chat(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>> {
                Ok(numbers)
            }
        }
    };
}

served!(Urgent);
served!(Patient);

/// What a request says in its extensions: its priority, and how much there is in all.
type Said = (Option<u32>, usize);

/// What passed.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Said>>>);

impl Seen {
    /// A channel whose requests are seen.
    fn on(&self, endpoint: &str) -> ChannelBuilder {
        let seen = self.clone();
        let look = layer_fn(move |inner: BoxHttp<ClientError>| {
            let seen = seen.clone();
            BoxHttp::new(inner.map_request(move |request: Request<Body>| {
                let extensions = request.extensions();
                let priority = extensions.get::<Priority>().map(|priority| priority.get());
                seen.0.lock().unwrap_or_else(PoisonError::into_inner).push((priority, extensions.len()));
                request
            }))
        });
        Channel::builder(endpoint).http_layer(look)
    }

    fn take(&self) -> Vec<Said> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// What the next `most` requests say.
    async fn wait_for(&self, most: usize) -> Vec<Said> {
        let all = async {
            while self.0.lock().unwrap().len() < most {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), all).await.expect("too few requests");
        self.take()
    }
}

/// Serves on one endpoint, which is returned.
async fn serve(endpoint: &str) -> String {
    let server =
        Server::new().service(UrgentServer::new(Desk)).service(PatientServer::new(Desk)).listen(endpoint);
    let bound = server.bind().await.unwrap();
    let endpoint = bound.endpoints()[0].to_string();
    tokio::spawn(bound.run_until(std::future::pending()));
    endpoint
}

async fn read(mut stream: Streaming<u64>) -> Vec<u64> {
    let mut items = Vec::new();
    while let Some(item) = stream.message().await.unwrap() {
        items.push(item);
    }
    items
}

/// More items than one request fetches over XML-RPC.
const MANY: u64 = 1500;

/// Makes a call of each kind, and gives what their requests said.
macro_rules! each_kind {
    ($client:expr, $seen:expr) => {{
        let (client, seen) = ($client, $seen);
        let numbers = || Streaming::from_items([1_u64, 2, 3]);
        let mut said = Vec::new();
        assert_eq!(client.ask(5).await.unwrap(), 5);
        said.push(seen.take());
        client.tell(5).await.unwrap();
        said.push(seen.take());
        assert_eq!(read(client.count(MANY).await.unwrap()).await.len() as u64, MANY);
        said.push(seen.take());
        assert_eq!(client.sum(numbers()).await.unwrap(), 6);
        said.push(seen.take());
        assert_eq!(read(client.chat(numbers()).await.unwrap()).await, [1, 2, 3]);
        said.push(seen.take());
        said
    }};
}

#[tokio::test]
async fn every_request_of_a_call_has_the_priority_of_its_method() {
    serve("mem:priority-kinds").await;
    for protocol in Protocol::ALL {
        let seen = Seen::default();
        let channel = seen.on(&format!("{}+mem:priority-kinds", protocol.name())).lazy().unwrap();
        let said = each_kind!(UrgentClient::new(channel), &seen);
        for (said, priority) in said.into_iter().zip([9, 8, 7, 32767, 0]) {
            assert!(!said.is_empty(), "{protocol}: {priority}");
            assert!(said.iter().all(|said| *said == (Some(priority), 1)), "{protocol}: {priority}: {said:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_put_beside_a_call_without_a_priority() {
    serve("mem:priority-none").await;
    for protocol in Protocol::ALL {
        let seen = Seen::default();
        let channel = seen.on(&format!("{}+mem:priority-none", protocol.name())).lazy().unwrap();
        for said in each_kind!(PatientClient::new(channel), &seen) {
            assert!(!said.is_empty() && said.iter().all(|said| *said == (None, 0)), "{protocol}: {said:?}");
        }
    }
}

#[tokio::test]
async fn a_cursor_is_closed_with_the_priority_of_its_call() {
    serve("mem:priority-cursor").await;
    let seen = Seen::default();
    let client = UrgentClient::new(seen.on("xmlrpc+mem:priority-cursor").lazy().unwrap());
    let mut stream = client.count(MANY).await.unwrap();
    assert_eq!(stream.message().await.unwrap(), Some(0));
    drop(stream);
    // It was opened, read once, and closed.
    assert_eq!(seen.wait_for(3).await, [(Some(7), 1); 3]);
}

#[tokio::test]
async fn a_session_that_calls_share_has_no_priority() {
    let seen = Seen::default();
    serve("mem:priority-shared").await;
    let both_ways = seen.on("jsonrpc+mem:priority-shared").service(UrgentServer::new(Desk));
    let said = each_kind!(UrgentClient::new(both_ways.lazy().unwrap()), &seen);
    assert_eq!(said.concat(), [(None, 0)]);

    let endpoint = serve("tcp://127.0.0.1:0").await;
    let lines = seen.on(&format!("jsonrpc+{endpoint}?framing=newline"));
    let said = each_kind!(UrgentClient::new(lines.lazy().unwrap()), &seen);
    // The session is a connection of its own, which stands beside the request too.
    assert_eq!(said.concat(), [(None, 1)]);
}

#[cfg(feature = "websocket")]
#[tokio::test]
async fn a_websocket_of_one_call_has_its_priority() {
    let (seen, endpoint) = (Seen::default(), serve("tcp://127.0.0.1:0").await);
    let client = UrgentClient::new(seen.on(&format!("jsonrpc+{endpoint}")).lazy().unwrap());
    assert_eq!(client.sum(Streaming::from_items([1, 2])).await.unwrap(), 3);
    // The upgrade stands beside the request too.
    assert_eq!(seen.take(), [(Some(32767), 2)]);
}
