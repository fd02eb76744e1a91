//! Renders the `.proto` of the test model, and has prost make its types from that: no protoc, and nothing by hand.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use polyrpc_test_model::ValuesServer;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(std::env::var("OUT_DIR")?).join("proto");
    let mut paths = Vec::new();
    for file in polyrpc_codegen::proto(&[ValuesServer::SCHEMA])? {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(&path, file.text)?;
        paths.push(path);
    }
    let files = protox::compile(paths, [folder])?;
    let mut prost = prost_build::Config::new();
    // Maps in order, so that equal messages are equal bytes.
    prost.btree_map(["."]).include_file("packages.rs").compile_fds(files)?;
    Ok(())
}
