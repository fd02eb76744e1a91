//! Processes of their own, that can be killed, are other users, or count what is theirs: this program again, with a task.

use std::fs::File;
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdout, Command, Stdio};

use super::raw::make;
use super::*;
use crate::support::{Served, next_frame};
use polyrpc_transports::{Listener, ServerConfig};

const TASK: &str = "POLYRPC_FAULTS_TASK";
const ENDPOINT: &str = "POLYRPC_FAULTS_ENDPOINT";

/// Who the child is.
#[derive(Clone, Copy)]
pub(super) enum User {
    /// Who we are.
    Own,
    /// Another, where we are root.
    Other,
    /// One that no other test has queues as, where we are root; by a number.
    Alone(u32),
}

impl User {
    fn id(self) -> Option<u32> {
        match self {
            User::Own => None,
            User::Other => Some(other()),
            User::Alone(number) => Some(other() + number * 1_000_000),
        }
    }
}

/// A child that ends with the test.
pub(super) struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    pub(super) fn start(task: &str, endpoint: &str, user: User) -> Self {
        // It may lie where another user cannot come; who has it open can run it all the same.
        let mut command = Command::new("/proc/self/fd/0");
        if let Some(id) = user.id().filter(|_| is_root()) {
            command.uid(id).gid(id);
        }
        let mut process = command
            .args(["--exact", "queues::children::the_child", "--nocapture"])
            .current_dir("/")
            .env(TASK, task)
            .env(ENDPOINT, endpoint)
            .stdin(File::open(std::env::current_exe().unwrap()).unwrap())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// A child, and the first that it says; what runs here goes on meanwhile.
    pub(super) async fn that(task: &'static str, endpoint: &str, user: User) -> (Self, String) {
        let endpoint = endpoint.to_owned();
        let started = tokio::task::spawn_blocking(move || {
            let mut child = Self::start(task, &endpoint, user);
            let said = child.says();
            (child, said)
        });
        started.await.unwrap()
    }

    /// A child that says that it holds the endpoint's queue.
    pub(super) async fn that_holds(task: &'static str, endpoint: &str, user: User) -> Self {
        let (child, said) = Self::that(task, endpoint, user).await;
        assert_eq!(said, "holds");
        child
    }

    /// What it says next.
    pub(super) fn says(&mut self) -> String {
        // What the harness says around it begins otherwise.
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        let said = lines.find_map(|line| line.split_once("child: ").map(|(_, said)| said.to_owned()));
        said.unwrap_or_else(|| "the child ended without a word".to_owned())
    }

    /// It ends by itself, and has no more to say.
    pub(super) fn ends(mut self) {
        assert_eq!(self.says(), "the child ended without a word");
        assert!(self.process.wait().unwrap().success());
    }

    /// SIGKILL; it is gone when this returns.
    pub(super) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A user of this program's alone.
pub(super) fn other() -> u32 {
    100_000 + std::process::id()
}

/// The child's part.
#[test]
fn the_child() {
    let Ok(task) = std::env::var(TASK) else { return };
    let endpoint = std::env::var(ENDPOINT).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(perform(&task, &endpoint));
}

async fn perform(task: &str, endpoint: &str) {
    let client = || client(endpoint);
    match task {
        "serve" => {
            let _served = Served::start(endpoint, ServerConfig::new()).await;
            println!("child: holds");
            std::future::pending().await
        }
        // A queue as another program has it, that is of its user alone or for all to send to.
        "hold" | "hold for all" | "leave for all" => {
            let mode = if task == "hold" { 0o600 } else { 0o622 };
            let name = endpoint.split([':', '?']).nth(1).unwrap();
            let queue = make(name, 2, 1024, mode);
            if task != "leave for all" {
                rustix::fs::flock(&queue, rustix::fs::FlockOperation::LockExclusive).unwrap();
            }
            println!("child: holds");
            std::thread::park();
        }
        "listen" => match Listener::bind(&endpoint.parse().unwrap()).await {
            Ok(_) => println!("child: listens"),
            Err(error) => println!("child: {error}"),
        },
        "call" => match call(&client(), "/plain").await {
            Ok(response) => println!("child: {}", response.status()),
            Err(error) => println!("child: {}", told(&error)),
        },
        "stream" => {
            let mut body = call(&client(), "/count").await.unwrap().into_body();
            next_frame(&mut body).await.unwrap().unwrap();
            println!("child: streams");
            while next_frame(&mut body).await.is_some() {}
        }
        "wait" => {
            let waits = client();
            let waits = call(&waits, "/never");
            println!("child: waits");
            let _ = waits.await;
        }
        "idle" => {
            let idle = client();
            is_answered(&idle).await;
            println!("child: idles");
            std::future::pending().await
        }
        "crowd" => super::many::crowd(endpoint).await,
        "waves" => super::waves::waves(endpoint).await,
        "flood" => super::flood::flood(endpoint).await,
        other => panic!("no task: {other}"),
    }
}
