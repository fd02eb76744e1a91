//! The `.proto` texts: beside what is expected, and through a compiler that nobody here wrote.

mod shop;

use std::collections::HashMap;
use std::path::Path;

use polyrpc_codegen::proto;
use polyrpc_core::ServiceSchema;
use polyrpc_core::codec::proto::file_descriptor;
use polyrpc_core::schema::proto::{files, well_known_files};
use polyrpc_test_support::golden;
use prost::Message as _;
use prost_types::FileDescriptorProto;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

const SERVICES: [&ServiceSchema; 2] = [&shop::ORDERS, shop::BooksServer::SCHEMA];

#[test]
fn the_texts_are_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for file in proto(&SERVICES).unwrap() {
        golden(&folder.join(&file.path), &file.text);
    }
}

#[test]
fn the_descriptors_are_those_that_a_compiler_makes_of_the_texts() {
    let texts = Texts(proto(&SERVICES).unwrap().into_iter().map(|file| (file.path, file.text)).collect());
    let mut resolver = ChainFileResolver::new();
    resolver.add(texts);
    resolver.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(resolver);
    let mut files = files(&SERVICES).unwrap();
    files.extend(well_known_files());
    for file in &files {
        compiler.include_source_info(false).open_file(&file.path).unwrap();
    }
    let compiled = compiler.file_descriptor_set().file;
    for file in &files {
        let ours = FileDescriptorProto::decode(&*file_descriptor(file)).unwrap();
        let theirs = compiled.iter().find(|compiled| compiled.name() == file.path).unwrap();
        assert_eq!(&ours, theirs);
    }
}

/// Files in memory.
struct Texts(HashMap<String, String>);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let text = self.0.get(name).ok_or_else(|| protox::Error::file_not_found(name))?;
        File::from_source(name, text)
    }
}
