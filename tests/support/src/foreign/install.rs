//! Installs peers into the build directory, by the tools of their languages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::SCRIPTS;
use crate::process::finish;
use crate::target::make_once;

/// Go compiles what it installs, and all that this needs.
const INSTALLS_WITHIN: Duration = Duration::from_secs(900);

const GRPCURL: &str = "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4";

pub(super) fn python() -> Result<PathBuf, String> {
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

pub(super) fn node() -> Result<PathBuf, String> {
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

/// grpcurl, in the folder `bin` of what is returned.
pub(super) fn grpcurl() -> Result<PathBuf, String> {
    let mut version = Command::new("go");
    version.arg("version");
    let version = run(version)?;
    make_once("grpcurl", &[GRPCURL.as_bytes(), version.as_bytes()], |home| {
        let (path, cache) = (home.join("path"), home.join("cache"));
        let mut go = Command::new("go");
        // Sources that only their owner can delete are Go's default.
        go.args(["install", "-modcacherw", "-trimpath", "-ldflags=-s", GRPCURL]).current_dir(home);
        // The Go that is here, and no C compiler.
        go.env("GOTOOLCHAIN", "local").env("CGO_ENABLED", "0");
        go.env("GOBIN", home.join("bin")).env("GOPATH", &path).env("GOMODCACHE", path.join("pkg/mod"));
        go.env("GOCACHE", &cache);
        run(go)?;
        // Twenty times the size of the program, and of no more use.
        [path, cache].iter().try_for_each(|folder| {
            std::fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
        })
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
