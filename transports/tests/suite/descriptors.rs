//! A listener that runs out of file descriptors, in a process of its own.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::Command;
use std::time::Duration;

use crate::support::{Served, request};
use http::Version;
use polyrpc_transports::ServerConfig;

const CHILD: &str = "POLYRPC_FEW_DESCRIPTORS";

/// Ticks (1/100 s) of CPU that this process has used.
fn cpu_ticks(file: &mut File) -> u64 {
    let mut stat = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut stat).unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
fn without_descriptors_the_accept_loop_waits() {
    if std::env::var_os(CHILD).is_some() {
        return exhaust();
    }
    let program = std::env::current_exe().unwrap();
    let output = Command::new("sh")
        .args([
            "-c",
            "ulimit -n 40; exec \"$0\" --exact descriptors::without_descriptors_the_accept_loop_waits --nocapture",
        ])
        .arg(program)
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::main(flavor = "current_thread")]
async fn exhaust() {
    let served = Served::start("tcp://127.0.0.1:0", ServerConfig::new()).await;
    let mut stat = File::open("/proc/self/stat").unwrap();
    let mut held = Vec::new();
    while let Ok(stream) = tokio::net::TcpStream::connect(served.address()).await {
        held.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = cpu_ticks(&mut stat);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let used = cpu_ticks(&mut stat) - before;
    assert!(used <= 10, "{used} of 200 ticks were spent on waiting");
    held.clear();
    tokio::time::sleep(Duration::from_millis(300)).await;
    served.client().send(request(Version::HTTP_11, "/plain", "x")).await.unwrap();
}
