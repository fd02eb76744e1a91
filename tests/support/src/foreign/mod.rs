//! Peers in other languages, installed into the build directory once.

mod install;
mod policy;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub(crate) use self::install::run;
pub use self::policy::{Missing, Policy, present};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../foreign");

/// The scripts of one language, and the packages that they need.
#[derive(Clone, Debug)]
pub struct Peers {
    folder: &'static str,
    program: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl Peers {
    /// The Python scripts under `tests/foreign/python`, in a virtual environment of their own.
    ///
    /// # Errors
    /// When there is no Python, or its packages cannot be installed.
    pub fn python() -> Result<Self, Missing> {
        static INSTALLED: OnceLock<Result<PathBuf, Missing>> = OnceLock::new();
        let home = install(&INSTALLED, "Python", install::python)?;
        // Scripts are shared by checkouts that are read-only, or cleaned by version control.
        let environment = vec![("PYTHONDONTWRITEBYTECODE", "1".into())];
        Ok(Self { folder: "python", program: home.join("venv/bin/python"), environment })
    }

    /// The Node scripts under `tests/foreign/node`.
    ///
    /// # Errors
    /// When there is no Node, or its packages cannot be installed.
    pub fn node() -> Result<Self, Missing> {
        static INSTALLED: OnceLock<Result<PathBuf, Missing>> = OnceLock::new();
        let home = install(&INSTALLED, "Node", install::node)?;
        let environment = vec![("NODE_PATH", home.join("node_modules").into())];
        Ok(Self { folder: "node", program: PathBuf::from("node"), environment })
    }

    /// curl, whose cases are a Python script.
    ///
    /// # Errors
    /// When there is no curl or no Python.
    pub fn curl() -> Result<Self, Missing> {
        let mut version = Command::new("curl");
        version.arg("--version");
        install::run(version).map_err(|why| Missing { what: "curl", why })?;
        Self::python()
    }

    /// grpcurl, whose cases are a Python script.
    ///
    /// # Errors
    /// When there is no Go or no Python, or grpcurl cannot be installed.
    pub fn grpcurl() -> Result<Self, Missing> {
        static INSTALLED: OnceLock<Result<PathBuf, Missing>> = OnceLock::new();
        let home = install(&INSTALLED, "grpcurl", install::grpcurl)?;
        let mut peers = Self::python()?;
        let rest = env::var_os("PATH").unwrap_or_default();
        let folders = [home.join("bin")].into_iter().chain(env::split_paths(&rest));
        let path =
            env::join_paths(folders).map_err(|error| Missing { what: "grpcurl", why: error.to_string() })?;
        peers.environment.push(("PATH", path));
        Ok(peers)
    }

    /// The command that runs one of the scripts.
    pub fn script(&self, name: &str) -> Command {
        let mut command = self.program();
        command.arg(Path::new(SCRIPTS).join(self.folder).join(name));
        command
    }

    /// The language's own program, with its packages at hand.
    pub fn program(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The command that runs a line in a shell which finds the peer.
    pub fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

fn install(
    installed: &OnceLock<Result<PathBuf, Missing>>,
    what: &'static str,
    make: fn() -> Result<PathBuf, String>,
) -> Result<PathBuf, Missing> {
    let done = installed.get_or_init(|| match Policy::get() {
        Policy::Off => Err(Missing { what, why: "POLYRPC_FOREIGN is off".to_owned() }),
        Policy::Auto | Policy::Require => make().map_err(|why| Missing { what, why }),
    });
    done.clone()
}
