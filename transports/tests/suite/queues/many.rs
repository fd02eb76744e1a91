//! As many clients as an ordinary user can have at once.

use super::children::{Child, User};
use super::*;
use crate::support::Served;
use polyrpc_transports::ServerConfig;
use rustix::process::{Resource, Rlimit, setrlimit};

/// What one user's queues may take together, where nobody has changed that (`MQ_BYTES_MAX` of Linux).
const USUAL: u64 = 819_200;

#[test]
fn an_ordinary_user_has_eighty_two_clients_and_the_next_is_told_which_limit_it_is() {
    if !is_root() {
        return left_out("many::an_ordinary_user", "for it needs a user without other queues");
    }
    let name = Name::new();
    let mut child = Child::start("crowd", &format!("posix-mq:{}", name.0), User::Alone(1));
    assert_eq!(child.says(), "82 clients");
    let error = child.says();
    assert!(error.contains("raise RLIMIT_MSGQUEUE (ulimit -q), which is 819200"), "{error}");
    assert_eq!(child.says(), "all were answered meanwhile, and one more when one had gone");
    child.ends();
}

/// The child's part.
pub(super) async fn crowd(endpoint: &str) {
    setrlimit(Resource::Msgqueue, Rlimit { current: Some(USUAL), maximum: Some(USUAL) }).unwrap();
    let served = Served::start(endpoint, ServerConfig::new()).await;
    let mut clients = Vec::new();
    let error = loop {
        let next = client(endpoint);
        match call(&next, "/plain").await {
            Ok(_) => clients.push(next),
            Err(error) => break error,
        }
    };
    println!("child: {} clients", clients.len());
    println!("child: {}", told(&error));
    let calls = clients.iter().map(|client| {
        let client = client.clone();
        tokio::spawn(async move { is_answered(&client).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!(served.seen.connections(), clients.len());
    clients.pop();
    is_answered_soon(&client(endpoint)).await;
    println!("child: all were answered meanwhile, and one more when one had gone");
    served.stop().await;
}
