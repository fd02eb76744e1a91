//! A crate that holds a contract alone: a trait and its messages.

use std::path::Path;
use std::process::{Command, Output};

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

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        // The crates that both builds need are built once.
        .env("CARGO_TARGET_DIR", Path::new(ROOT).join("target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(run(folder, arguments).stdout).unwrap()
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

/// A crate that serves what the contract's crate describes, and describes a service of its own with its types.
const USER: &str = r#"
#[polyrpc::service(package = "archive.v1")]
pub trait Archive {
    async fn keep(&self, orders: Vec<contract::Order>) -> polyrpc::Result<Option<contract::Order>>;
}

pub struct Shop;

impl contract::Orders for Shop {
    async fn place(&self, order: contract::Order) -> polyrpc::Result<u64> { Ok(order.id) }
}

impl Archive for Shop {
    async fn keep(&self, orders: Vec<contract::Order>) -> polyrpc::Result<Option<contract::Order>> {
        Ok(orders.into_iter().next())
    }
}

pub fn local() -> (contract::OrdersClient, ArchiveClient) {
    (contract::OrdersClient::local(Shop), ArchiveClient::local(Shop))
}
"#;

#[test]
fn a_service_takes_the_types_of_another_crate() {
    let folder = Folder::new();
    contract(&folder.0, "\"macros\", \"client\"");
    let user = folder.0.join("user");
    std::fs::create_dir_all(user.join("src")).unwrap();
    std::fs::write(user.join("src/lib.rs"), USER).unwrap();
    let manifest = std::fs::read_to_string(folder.0.join("Cargo.toml")).unwrap();
    let manifest = manifest.replace("\"contract\"", "\"user\"") + "contract = { path = \"..\" }\n";
    std::fs::write(user.join("Cargo.toml"), manifest).unwrap();
    std::fs::copy(folder.0.join("Cargo.lock"), user.join("Cargo.lock")).unwrap();
    cargo(&user, &["check", "--quiet"]);
}

/// Services that name no package: one for others, and one that nobody else sees.
const NAMELESS: &str = r#"
#[polyrpc::service]
pub trait Orders {
    async fn place(&self) -> polyrpc::Result<u64>;
}

#[polyrpc::service]
trait Hidden {
    async fn look(&self) -> polyrpc::Result<u64>;
}

const _: () = {
    assert!(matches!(OrdersClient::SCHEMA.full_name.as_bytes(), b"contract.Orders"));
    assert!(matches!(HiddenClient::SCHEMA.package.as_bytes(), b"contract"));
};

pub fn hidden() -> impl Sized {
    fn look(hidden: HiddenClient) -> impl Future<Output = polyrpc::Result<u64>> { async move { hidden.look().await } }
    look
}
"#;

#[test]
fn the_package_is_the_crates_name_with_a_warning_on_a_public_trait() {
    let folder = Folder::new();
    contract(&folder.0, "\"macros\", \"client\"");
    std::fs::write(folder.0.join("src/lib.rs"), NAMELESS).unwrap();
    let said = String::from_utf8(run(&folder.0, &["check", "--quiet"]).stderr).unwrap();
    let warnings: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: ")).collect();
    let [warning] = warnings[..] else { panic!("{said}") };
    let text = "a public service should have a package, for it is part of its name in every protocol: \
                #[service(package = \"contract.v1\")]; now it is the crate's name, `contract`";
    assert!(warning.contains(text), "{said}");
    assert!(said.contains("src/lib.rs:3:11"), "it stands at the trait's name: {said}");
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/compiler-says.md")).unwrap();
    assert!(page.lines().any(|line| line == text), "docs/compiler-says.md explains it");
}

#[test]
fn the_default_features_are_those_that_were_promised() {
    let manifest = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let default: Vec<&str> =
        manifest["features"]["default"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
    let promised = [
        "grpc", "jsonrpc", "xmlrpc", "tcp", "unix", "posix-mq", "mem", "macros", "client", "server", "tonic",
    ];
    assert_eq!(default, promised);
}
