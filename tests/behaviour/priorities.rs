//! Priorities of calls, on a transport that has them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyrpc::{Result, Server, service};
use polyrpc_test_support::QueueEndpoint;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::support::PROTOCOLS;

#[service(package = "priorities.v1")]
trait Counter {
    async fn plain(&self, name: String) -> Result<()>;
    #[rpc(priority = 9)]
    async fn urgent(&self, name: String) -> Result<()>;
}

/// Who was served, in order.
#[derive(Clone, Default)]
struct Served(Arc<Mutex<Vec<String>>>);

impl Counter for Served {
    async fn plain(&self, name: String) -> Result<()> {
        self.0.lock().unwrap().push(name);
        Ok(())
    }

    async fn urgent(&self, name: String) -> Result<()> {
        self.0.lock().unwrap().push(name);
        Ok(())
    }
}

#[tokio::test]
async fn what_waits_in_a_queue_is_served_by_priority() {
    for protocol in PROTOCOLS {
        let (served, queue) = (Served::default(), QueueEndpoint::new("priorities"));
        let server = Server::new().service(CounterServer::new(served.clone()));
        let server = server.listen(&*queue).bind().await.unwrap();
        let client = CounterClient::connect(&format!("{protocol}+{queue}")).await.unwrap();
        let mut calls = JoinSet::new();
        for name in ["1", "2", "urgent", "3"] {
            let client = client.clone();
            calls.spawn(async move {
                match name {
                    "urgent" => client.urgent(name.to_owned()).await,
                    name => client.plain(name.to_owned()).await,
                }
            });
            // Each is in the queue before the next.
            sleep(Duration::from_millis(20)).await;
        }
        tokio::spawn(server.run_until(std::future::pending()));
        calls.join_all().await.into_iter().for_each(Result::unwrap);
        assert_eq!(*served.0.lock().unwrap(), ["urgent", "1", "2", "3"], "{protocol}");
    }
}
