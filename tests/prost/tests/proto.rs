//! The files that prost's types are made from are our own output.

use std::path::Path;

use polyrpc_test_model::ValuesServer;
use polyrpc_test_support::golden;

#[test]
fn the_files_are_what_we_write_of_the_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let files = polyrpc_codegen::proto(&[ValuesServer::SCHEMA]).unwrap();
    assert!(files.len() > 25, "a package for each row");
    for file in files {
        golden(&folder.join(&file.path), &file.text);
    }
}
