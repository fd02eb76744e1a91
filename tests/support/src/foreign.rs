//! Peers in other languages, installed into the build directory once.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::process::finish;
use crate::target::make_once;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../foreign");
const INSTALLS_WITHIN: Duration = Duration::from_secs(600);

/// What `POLYRPC_FOREIGN` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Run what this machine's Python and Node allow (the default).
    Auto,
    /// What cannot be run is a failure.
    Require,
    /// Run nothing foreign.
    Off,
}

impl Policy {
    /// Reads the environment variable.
    ///
    /// # Panics
    /// On a value that is none of the three: a typing error must not leave tests out.
    pub fn get() -> Self {
        match std::env::var("POLYRPC_FOREIGN").as_deref() {
            Err(_) | Ok("" | "auto") => Self::Auto,
            Ok("require") => Self::Require,
            Ok("off") => Self::Off,
            Ok(other) => panic!("POLYRPC_FOREIGN={other}: known are auto, require and off"),
        }
    }
}

/// A peer that this machine cannot run, and why.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The language or program.
    pub what: &'static str,
    /// The tool's own words.
    pub why: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl std::error::Error for Missing {}

/// The scripts of one language, and the packages that they need.
#[derive(Clone, Debug)]
pub struct Peers {
    folder: &'static str,
    program: PathBuf,
    environment: Vec<(&'static str, PathBuf)>,
}

impl Peers {
    /// The Python scripts under `tests/foreign/python`, in a virtual environment of their own.
    ///
    /// # Errors
    /// When there is no Python, or its packages cannot be installed.
    pub fn python() -> Result<Self, Missing> {
        static INSTALLED: OnceLock<Result<PathBuf, Missing>> = OnceLock::new();
        let home = install(&INSTALLED, "Python", install_python)?;
        // Scripts are shared by checkouts that are read-only, or cleaned by version control.
        let environment = vec![("PYTHONDONTWRITEBYTECODE", PathBuf::from("1"))];
        Ok(Self { folder: "python", program: home.join("venv/bin/python"), environment })
    }

    /// The Node scripts under `tests/foreign/node`.
    ///
    /// # Errors
    /// When there is no Node, or its packages cannot be installed.
    pub fn node() -> Result<Self, Missing> {
        static INSTALLED: OnceLock<Result<PathBuf, Missing>> = OnceLock::new();
        let home = install(&INSTALLED, "Node", install_node)?;
        let environment = vec![("NODE_PATH", home.join("node_modules"))];
        Ok(Self { folder: "node", program: PathBuf::from("node"), environment })
    }

    /// curl, whose cases are a Python script.
    ///
    /// # Errors
    /// When there is no curl or no Python.
    pub fn curl() -> Result<Self, Missing> {
        let mut version = Command::new("curl");
        version.arg("--version");
        run(version).map_err(|why| Missing { what: "curl", why })?;
        Self::python()
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

fn install_python() -> Result<PathBuf, String> {
    let requirements = Path::new(SCRIPTS).join("python/requirements.txt");
    let pinned = read(&requirements)?;
    let mut version = Command::new("python3");
    version.args(["-c", "import sys; print(sys.version)"]);
    let version = run(version)?;
    make_once("python", &[&pinned, version.as_bytes()], |home| {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(home.join("venv"));
        run(venv)?;
        let mut pip = Command::new(home.join("venv/bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
        pip.args(["--only-binary=:all:", "--retries=1", "--timeout=20", "--requirement"]).arg(&requirements);
        run(pip).map(drop)
    })
}

fn install_node() -> Result<PathBuf, String> {
    let folder = Path::new(SCRIPTS).join("node");
    let (package, lock) = (read(&folder.join("package.json"))?, read(&folder.join("package-lock.json"))?);
    let mut version = Command::new("node");
    version.arg("--version");
    let version = run(version)?;
    make_once("node", &[&package, &lock, version.as_bytes()], |home| {
        write(&home.join("package.json"), &package)?;
        write(&home.join("package-lock.json"), &lock)?;
        let mut npm = Command::new("npm");
        npm.args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--fetch-retries=1",
            "--fetch-timeout=20000",
        ]);
        npm.current_dir(home);
        run(npm).map(drop)
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// Runs a tool, and returns its stdout.
pub(crate) fn run(command: Command) -> Result<String, String> {
    let name = format!("{command:?}");
    let done = finish(command, INSTALLS_WITHIN)?;
    if done.success {
        return Ok(done.stdout);
    }
    Err(format!("{name} failed: {}{}", done.stdout, done.stderr))
}
