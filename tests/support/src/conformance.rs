//! The conformance program, and the stubs that protoc makes from the schema it prints.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::example::example;
use crate::foreign::{Peers, run};
use crate::process::Server;
use crate::target::make_once;

/// The built conformance program.
#[derive(Clone, Debug)]
pub struct Conformance(PathBuf);

impl Conformance {
    /// Finds the program beside the running test, and builds it where it is missing or older than its sources.
    ///
    /// # Errors
    /// What cargo said when it does not build.
    pub fn get() -> Result<Self, String> {
        static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
        BUILT.get_or_init(|| example("conformance")).clone().map(Self)
    }

    /// The command that runs the program.
    pub fn command(&self) -> Command {
        Command::new(&self.0)
    }

    /// The endpoint that starts the program as a child, which serves on its standard input and output.
    pub fn child(&self) -> String {
        format!("exec:{}?arg=serve&arg=stdio:", self.0.display())
    }

    /// Serves on these endpoints.
    ///
    /// # Errors
    /// What the program said when it does not listen.
    pub fn serve(&self, endpoints: &[&str]) -> Result<Server, String> {
        let mut command = self.command();
        command.arg("serve").args(endpoints);
        Server::start(command, endpoints.len())
    }

    /// The `.proto` text of everything that it serves.
    ///
    /// # Errors
    /// What the program said when it fails.
    pub fn proto(&self) -> Result<String, String> {
        let mut command = self.command();
        command.args(["schema", "--proto"]);
        run(command)
    }
}

/// A folder with `conformance.proto`, and the Python modules and the `conformance.binpb` (a `FileDescriptorSet`) that
/// protoc makes of it.
///
/// # Errors
/// What protoc said when it does not accept the text.
pub fn stubs(python: &Peers, conformance: &Conformance) -> Result<PathBuf, String> {
    let proto = conformance.proto()?;
    make_once("stubs", &[proto.as_bytes(), b"with descriptors"], |folder| {
        let file = folder.join("conformance.proto");
        fs::write(&file, &proto).map_err(|error| error.to_string())?;
        let mut protoc = python.program();
        protoc.current_dir(folder).args(["-m", "grpc_tools.protoc", "-I."]);
        protoc.args(["--include_imports", "--descriptor_set_out=conformance.binpb"]);
        protoc.args(["--python_out=.", "--grpc_python_out=.", "conformance.proto"]);
        run(protoc).map(drop)
    })
}
