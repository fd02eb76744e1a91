//! Processes of their own, for what holds for a process as a whole: this program again, with a task to do.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::*;

const TASK: &str = "POLYRPC_QUEUES_TASK";
const NAME: &str = "POLYRPC_QUEUES_NAME";

/// Who the child is.
#[derive(Clone, Copy)]
pub(super) enum User {
    /// Who we are.
    Own,
    /// Another, where we are root; limits bind them.
    Other,
    /// As the other, and no test has queues as that user.
    Without,
    /// As the other, with queues that nobody else sees.
    Apart,
}

/// A child that ends with the test, and the first line that it says of its task.
pub(super) struct Child {
    process: std::process::Child,
    pub(super) said: String,
}

impl Child {
    pub(super) fn start(task: &str, name: &Name, user: User) -> Self {
        // It may lie where another user cannot come; who has it open can run it all the same.
        let program = "/proc/self/fd/0";
        let mut command = match user {
            User::Apart => {
                let mut command = Command::new("unshare");
                command.args(["--map-current-user", "--ipc", program]);
                command
            }
            _ => Command::new(program),
        };
        if let Some(id) = match user {
            User::Other | User::Apart => Some(4242),
            User::Without => Some(4243),
            User::Own => None,
        } && is_root()
        {
            command.uid(id).gid(id);
        }
        let mut process = command
            .args(["--exact", "message::posix_mq::tests::children::the_child", "--nocapture"])
            .current_dir("/")
            .env(TASK, task)
            .env(NAME, name.as_str())
            .stdin(File::open(std::env::current_exe().unwrap()).unwrap())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        // What the harness says around it begins otherwise.
        let said = lines.find_map(|line| line.split_once("child: ").map(|(_, said)| said.to_owned()));
        Self {
            process,
            said: said.unwrap_or_else(|| "cannot be done: the child ended without a word".to_owned()),
        }
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

/// The child's part.
#[test]
fn the_child() {
    let Ok(task) = std::env::var(TASK) else { return };
    let name = Name::new(&std::env::var(NAME).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(perform(&task, name));
}

async fn perform(task: &str, name: Name) {
    let words: Vec<_> = task.split(' ').collect();
    let number = |index: usize| words[index].parse::<u32>().unwrap();
    match words[0] {
        "hold" => {
            let mode = if words.len() > 1 { 0o622 } else { 0o600 };
            let _queue = Queue::create(name, Attributes { messages: 2, size: 64 }, mode).await.unwrap();
            println!("child: holds");
            std::future::pending().await
        }
        "open" => {
            let options = words.get(1).map_or(String::new(), |mode| format!("?mode={mode}"));
            say(Writer::open(name, &trusting(&options)).map(|_| "opened"));
        }
        "listen" => say(Queue::listen(name, Attributes::REPLIES, 0o600).await.map(|_| "listens")),
        "make" => {
            let attributes = Attributes { messages: number(1), size: number(2) };
            say(Queue::create(name, attributes, 0o600).await.map(|_| "made"));
        }
        "umask" => {
            rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
            let _queue = Queue::create(name.clone(), Attributes::REPLIES, 0o622).await.unwrap();
            let refused = Writer::open(name, &trusting("")).unwrap_err().to_string();
            println!(
                "child: mode {}",
                refused.split("has the mode ").nth(1).unwrap().split(',').next().unwrap()
            );
        }
        "few" => {
            let (resource, most) = match words[1] {
                "bytes" => (Resource::Msgqueue, 10_000),
                _ => (Resource::Nofile, 0),
            };
            limit(resource, most);
            say(Queue::create(name, Attributes::REQUESTS, 0o600).await.map(|_| "made"));
        }
        "many" => {
            let mut made = Vec::new();
            loop {
                match Queue::for_replies(&name, Attributes { messages: 1, size: 1 }, 0o600).await {
                    Ok(queue) => made.push(queue),
                    Err(error) => break say(Err::<&str, _>(error)),
                }
            }
        }
        "count" => {
            let attributes = Attributes { messages: number(1), size: number(2) };
            let bytes = attributes.bytes();
            limit(Resource::Msgqueue, bytes - 1);
            assert!(Queue::create(name.clone(), attributes, 0o600).await.is_err());
            limit(Resource::Msgqueue, bytes);
            Queue::create(name, attributes, 0o600).await.unwrap();
            println!("child: {bytes} are enough, and one less is not");
        }
        other => panic!("no task: {other}"),
    }
}

fn say(result: io::Result<&str>) {
    println!("child: {}", result.map_or_else(|error| error.to_string(), str::to_owned));
}

fn limit(resource: Resource, current: u64) {
    let limits = Rlimit { current: Some(current), ..getrlimit(resource) };
    setrlimit(resource, limits).unwrap();
}
