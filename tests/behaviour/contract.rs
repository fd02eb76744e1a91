//! A crate that holds a contract alone: a trait and its messages.

use std::path::Path;
use std::process::Command;

use crate::support::Folder;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const CONTRACT: &str = r#"
#[derive(polyrpc::Message)]
pub struct Order { pub id: u64, pub note: Option<String> }

#[polyrpc::service(package = "contract.v1")]
pub trait Orders {
    /// Places an order.
    async fn place(&self, order: Order) -> polyrpc::Result<u64>;
}
"#;

/// What serves, and what speaks HTTP.
const FOREIGN: [&str; 9] =
    ["hyper", "hyper-util", "h2", "axum", "tonic", "flate2", "ruzstd", "quick-xml", "tokio-util"];

fn contract(folder: &Path, features: &str) {
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::write(folder.join("src/lib.rs"), CONTRACT).unwrap();
    let manifest = format!(
        "[package]\nname = \"contract\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         polyrpc = {{ path = {ROOT:?}, default-features = false, features = [{features}] }}\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions that this checkout has: nothing is asked of a registry.
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        // The crates that both builds need are built once.
        .env("CARGO_TARGET_DIR", Path::new(ROOT).join("target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_contract_builds_without_hyper_or_any_server_code() {
    let folder = Folder::new();
    for features in ["\"macros\"", "\"macros\", \"client\""] {
        contract(&folder.0, features);
        cargo(&folder.0, &["check", "--quiet"]);
        let tree = cargo(&folder.0, &["tree", "-e", "normal", "--prefix", "none", "--format", "{p} [{f}]"]);
        let crates: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(crates.contains(&"polyrpc-core") && crates.contains(&"polyrpc-macros"), "{tree}");
        for foreign in FOREIGN {
            assert!(!crates.contains(&foreign), "{features} brings {foreign}:\n{tree}");
        }
        let ours: Vec<&str> = tree.lines().filter(|line| line.starts_with("polyrpc")).collect();
        assert!(ours.iter().all(|line| !line.contains("server")), "{features}: {ours:?}");
    }
}
