//! Has prost make its types of the `.proto` files that stand beside this, without protoc.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    // It imports the others.
    let files = protox::compile(["values/v1.proto"], ["proto"])?;
    let mut prost = prost_build::Config::new();
    // Maps in order, so that equal messages are equal bytes.
    prost.btree_map(["."]).include_file("packages.rs").compile_fds(files)?;
    Ok(())
}
