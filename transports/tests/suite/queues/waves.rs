//! Clients that come and go.

use std::path::PathBuf;
use std::process::Command;

use super::children::{Child, User};
use super::flood::resident;
use super::*;
use crate::support::{Served, until};
use polyrpc_test_support::scratch;
use polyrpc_transports::ServerConfig;

/// The folder of all queues.
struct Mounted(PathBuf);

impl Mounted {
    fn new() -> Self {
        let folder = scratch("mqueue");
        let mounted = Command::new("mount").args(["-t", "mqueue", "none"]).arg(&folder).status().unwrap();
        assert!(mounted.success());
        Self(folder)
    }

    fn names(&self, of: &Name) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| format!("/{}", name.to_string_lossy()));
        names.filter(|name| *name == of.0 || name.starts_with(&of.replies())).collect()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

/// In a process of its own, whose descriptors and memory nobody else changes.
#[test]
fn of_a_thousand_clients_in_waves_of_forty_nothing_is_left() {
    let name = Name::new();
    let mounted = is_root().then(Mounted::new);
    let mut child = Child::start("waves", &format!("posix-mq:{}", name.0), User::Alone(2));
    for _ in 0..2 {
        assert_eq!(child.says(), "1000 clients");
        if let Some(mounted) = &mounted {
            assert_eq!(mounted.names(&name), [&*name.0]);
        }
    }
    let grown = child.says();
    assert!(grown.parse::<i64>().unwrap() < 4 << 10, "{grown} KiB");
    assert_eq!(child.says(), "ended");
    if let Some(mounted) = &mounted {
        assert_eq!(mounted.names(&name), [""; 0]);
    }
    child.ends();
}

/// The child's part. What is allocated once is there after the first thousand.
pub(super) async fn waves(endpoint: &str) {
    room_for_queues();
    let served = Served::start(endpoint, ServerConfig::new()).await;
    let open = || fs::read_dir("/proc/self/fd").unwrap().count();
    let before = open();
    let mut memory = 0;
    for _ in 0..2 {
        memory = resident();
        for _ in 0..25 {
            let wave = (0..40).map(|number| {
                let client = client(endpoint);
                tokio::spawn(async move { each(&client, number).await })
            });
            for client in wave.collect::<Vec<_>>() {
                client.await.unwrap();
            }
        }
        until("all descriptors are closed", || open() == before).await;
        println!("child: 1000 clients");
        // The parent looks, before more come or the server ends.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    println!("child: {}", resident() - memory);
    served.stop().await;
    println!("child: ended");
}

/// Some call once, and some leave in the middle of a call.
async fn each(client: &HttpClient, number: usize) {
    let limit = Duration::from_millis(2);
    match number % 4 {
        0 => drop(tokio::time::timeout(limit, call(client, "/never")).await),
        1 => drop(call(client, "/count").await.unwrap()),
        _ => is_answered(client).await,
    }
}
