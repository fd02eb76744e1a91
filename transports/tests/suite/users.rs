//! Unix sockets between users: a program that root runs, and a child that became another.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::support::{Served, request};
use http::Version;
use polyrpc_transports::{ClientConfig, ClientError, Endpoint, HttpClient, Listener, ServerConfig};

/// A user that owns nothing.
const OTHER: u32 = 4242;
const TASK: &str = "POLYRPC_OTHER_USERS_TASK";
const ENDPOINT: &str = "POLYRPC_OTHER_USERS_ENDPOINT";

/// A folder that every user may use, and in it this program, which may lie where another user cannot come.
struct Shared(PathBuf);

impl Shared {
    /// None where the system forbids to become another user: then the test is left out, and says so whether its output
    /// is captured or not.
    fn new(test: &str) -> Option<Self> {
        if fs::metadata("/proc/self").unwrap().uid() != 0 {
            let line = format!("\nleft out: users::{test}, for only root can become another user\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            return None;
        }
        let path = std::env::temp_dir().join(format!("polyrpc-users-{test}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o777)).unwrap();
        fs::copy(std::env::current_exe().unwrap(), path.join("suite")).unwrap();
        Some(Self(path))
    }

    fn file(&self, name: &str) -> String {
        format!("unix:{}/{name}", self.0.display())
    }

    /// The child does `task`, and the first line that it says of it.
    fn other(&self, task: &str, endpoint: &str) -> (Reaped, String) {
        let mut child = Command::new(self.0.join("suite"))
            .args(["--exact", "users::the_other_user", "--nocapture"])
            .env(TASK, task)
            .env(ENDPOINT, endpoint)
            .uid(OTHER)
            .gid(OTHER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        // What the harness says around it begins otherwise.
        let said = lines.find_map(|line| line.split_once("other: ").map(|(_, said)| said.to_owned()));
        (Reaped(child), said.expect("the child ended without a word"))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A child that ends with the test.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The child's part.
#[test]
fn the_other_user() {
    let Ok(task) = std::env::var(TASK) else { return };
    let endpoint = std::env::var(ENDPOINT).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match task.as_str() {
        "call" => match runtime.block_on(call(&endpoint)) {
            Ok(peer) => println!("other: {peer}"),
            Err(error) => println!("other: {}", told(&error)),
        },
        "serve" => runtime.block_on(async {
            let _served = Served::start(&endpoint, ServerConfig::new()).await;
            println!("other: serves");
            std::future::pending().await
        }),
        "leave" => {
            drop(std::os::unix::net::UnixListener::bind(endpoint).unwrap());
            println!("other: left");
        }
        other => panic!("no task: {other}"),
    }
}

/// What the server sees of us.
async fn call(endpoint: &str) -> Result<String, ClientError> {
    let client = HttpClient::new(&endpoint.parse().unwrap(), ClientConfig::new())?;
    let response = client.send(request(Version::HTTP_11, "/peer", "")).await?;
    Ok(String::from_utf8(response.into_body().collect(1000).await.unwrap().data.to_vec()).unwrap())
}

/// An error with its sources, on one line.
fn told(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(|error| error.to_string()).collect::<Vec<_>>().join(": ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_taken_by_the_list_or_the_mode() {
    let Some(shared) = Shared::new("a_caller_is_taken_by_the_list_or_the_mode") else { return };
    let name = format!("unix:@polyrpc-users-{}", std::process::id());
    let file = shared.file("s.sock");
    let lost = "connection lost before the response came";
    for (listener, caller, wanted) in [
        (name.clone(), format!("{name}?allow_uid=0"), lost),
        (format!("{name}?allow_uid=1,2"), format!("{name}?allow_uid=0"), lost),
        (format!("{name}?allow_uid=1,4242"), format!("{name}?allow_uid=0"), "uid: 4242"),
        (format!("{name}?allow_uid=any"), format!("{name}?allow_uid=any"), "uid: 4242"),
        (format!("{name}?allow_uid=any"), name.clone(), "user 0 is at the other end: add ?allow_uid=0"),
        (file.clone(), file.clone(), "Permission denied"),
        (format!("{file}?mode=666"), file.clone(), "uid: 4242"),
        (format!("{file}?mode=666&allow_uid=1"), file.clone(), lost),
        (format!("{file}?allow_uid=4242"), file.clone(), "uid: 4242"),
    ] {
        let served = Served::start(&listener, ServerConfig::new()).await;
        let said = tokio::task::block_in_place(|| shared.other("call", &caller).1);
        assert!(said.contains(wanted), "{caller} at {listener}: {said}");
        assert!(call(&listener).await.unwrap().contains("uid: 0"), "{listener}: its own user is served");
        served.stop().await;
    }
}

#[tokio::test]
async fn a_server_is_called_that_is_ones_own_or_listed() {
    let Some(shared) = Shared::new("a_server_is_called_that_is_ones_own_or_listed") else { return };
    for endpoint in [shared.file("s.sock"), format!("unix:@polyrpc-users-server-{}", std::process::id())] {
        let (_child, said) = shared.other("serve", &format!("{endpoint}?allow_uid=any"));
        assert_eq!(said, "serves");
        for (list, wanted) in [("", false), ("?allow_uid=1,2", false), ("?allow_uid=4242", true)] {
            let result = call(&format!("{endpoint}{list}")).await;
            assert_eq!(result.is_ok(), wanted, "{endpoint}{list}: {result:?}");
            if let Err(error) = result {
                let told = told(&error);
                assert!(told.contains("user 4242 is at the other end: add ?allow_uid=4242"), "{told}");
                assert!(error.is_connect() && error.never_started(), "{told}");
            }
        }
    }
}

#[tokio::test]
async fn another_users_file_is_not_replaced() {
    let Some(shared) = Shared::new("another_users_file_is_not_replaced") else { return };
    let path = shared.0.join("s.sock");
    let (_child, said) = shared.other("leave", path.to_str().unwrap());
    assert_eq!(said, "left");
    let endpoint: Endpoint = shared.file("s.sock").parse().unwrap();
    let error = Listener::bind(&endpoint).await.unwrap_err();
    assert!(error.to_string().ends_with("a socket of another user has that name"), "{error}");
    assert_eq!(fs::metadata(&path).unwrap().uid(), OTHER, "it is still there");
}
