//! The file of a Unix socket, and who is at its other end.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;

use crate::support::{Served, request};
use http::Version;
use polyrpc_transports::{Endpoint, Listener, ServerConfig};

struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("polyrpc-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn endpoint(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.0.join("s.sock")
    }

    fn files(&self) -> usize {
        fs::read_dir(&self.0).unwrap().count()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn bind(endpoint: &str) -> std::io::Result<Listener> {
    Listener::bind(&endpoint.parse::<Endpoint>().unwrap()).await
}

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn only_the_owner_may_connect_unless_told_otherwise() {
    let directory = Directory::new("mode");
    let listener = bind(&directory.endpoint()).await.unwrap();
    assert_eq!(mode(&directory.socket()), 0o600);
    assert_eq!(directory.files(), 1, "nothing is left beside the socket");
    drop(listener);
    let _listener = bind(&format!("{}?mode=660", directory.endpoint())).await.unwrap();
    assert_eq!(mode(&directory.socket()), 0o660);
    assert!(
        bind("unix:/tmp/x?mode=9").await.unwrap_err().to_string().ends_with("mode must be octal, as in 660")
    );
}

#[tokio::test]
async fn the_file_is_removed_at_the_end() {
    let directory = Directory::new("end");
    let served = Served::start(&directory.endpoint(), ServerConfig::new()).await;
    assert_eq!(directory.files(), 1);
    served.stop().await;
    assert_eq!(directory.files(), 0);
}

#[tokio::test]
async fn a_stale_socket_is_replaced_and_a_live_one_is_not() {
    let directory = Directory::new("stale");
    drop(std::os::unix::net::UnixListener::bind(directory.socket()).unwrap());
    let live = bind(&directory.endpoint()).await.unwrap();
    let error = bind(&directory.endpoint()).await.unwrap_err();
    assert!(error.to_string().ends_with("somebody listens there"), "{error}");
    assert_eq!(directory.files(), 1);
    drop(live);
}

#[tokio::test]
async fn what_is_no_socket_is_left_alone() {
    let directory = Directory::new("file");
    fs::write(directory.socket(), "precious").unwrap();
    assert!(bind(&directory.endpoint()).await.is_err());
    assert_eq!(fs::read_to_string(directory.socket()).unwrap(), "precious");
}

#[tokio::test]
async fn a_successors_file_is_not_removed() {
    let directory = Directory::new("successor");
    let listener = bind(&directory.endpoint()).await.unwrap();
    fs::remove_file(directory.socket()).unwrap();
    let _successor = bind(&directory.endpoint()).await.unwrap();
    drop(listener);
    assert!(directory.socket().exists());
}

#[tokio::test]
async fn the_peer_is_known_by_its_credentials() {
    let directory = Directory::new("peer");
    let served = Served::start(&directory.endpoint(), ServerConfig::new()).await;
    let response = served.client().send(request(Version::HTTP_2, "/peer", "")).await.unwrap();
    let shown = response.into_body().collect(1000).await.unwrap().data;
    let shown = String::from_utf8_lossy(&shown);
    let uid = fs::metadata(directory.socket()).unwrap().uid();
    assert!(shown.contains(&format!("uid: {uid}")), "{shown}");
    assert!(shown.contains(&std::process::id().to_string()), "{shown}");
}

#[tokio::test]
async fn bound_sockets_are_taken_over() {
    let directory = Directory::new("bound");
    let socket = std::os::unix::net::UnixListener::bind(directory.socket()).unwrap();
    let served = Served::on(socket.try_into().unwrap(), ServerConfig::new());
    assert_eq!(served.endpoint.to_string(), directory.endpoint());
    served.client().send(request(Version::HTTP_11, "/plain", "x")).await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn bound_sockets_without_a_file_are_taken_over() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};
    let name = format!("polyrpc-bound-{}", std::process::id());
    let socket = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    let served = Served::on(socket.try_into().unwrap(), ServerConfig::new());
    assert_eq!(served.endpoint.to_string(), format!("unix:@{name}"));
    served.client().send(request(Version::HTTP_11, "/plain", "x")).await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_name_may_be_as_long_as_the_system_allows() {
    let directory = Directory::new("long");
    let rest = 107 - directory.0.as_os_str().len() - "/".len() - "/s".len();
    let deep = directory.0.join("d".repeat(rest));
    fs::create_dir(&deep).unwrap();
    let endpoint = format!("unix:{}/s", deep.display());
    let served = Served::start(&endpoint, ServerConfig::new()).await;
    assert_eq!(mode(&deep.join("s")), 0o600);
    served.client().send(request(Version::HTTP_2, "/plain", "x")).await.unwrap();
    served.stop().await;
    assert_eq!(fs::read_dir(&deep).unwrap().count(), 0);
    assert!(format!("{endpoint}s").parse::<Endpoint>().is_err());
}

#[tokio::test]
async fn a_list_of_users_is_one_of_numbers() {
    let directory = Directory::new("list");
    for list in ["", "root", "1,", "-1"] {
        let error = bind(&format!("{}?allow_uid={list}", directory.endpoint())).await.unwrap_err();
        assert!(error.to_string().contains("allow_uid must be user ids"), "{error}");
    }
    let _listener = bind(&format!("{}?allow_uid=any", directory.endpoint())).await.unwrap();
    assert_eq!(mode(&directory.socket()), 0o666);
    let _listener = bind(&format!("unix:{}/t?allow_uid=0&mode=600", directory.0.display())).await.unwrap();
    assert_eq!(mode(&directory.0.join("t")), 0o600);
}
