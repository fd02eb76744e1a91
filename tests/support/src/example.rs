//! The programs under `examples/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::foreign::run;
use crate::target::{profile, root};

/// Finds a program of `examples/` beside the running test, and builds it where it is missing or older than its sources.
///
/// # Errors
/// What cargo said when it does not build.
pub fn example(name: &str) -> Result<PathBuf, String> {
    let folder = profile().join("examples");
    let program = folder.join(name);
    if is_fresh(&program, &folder.join(format!("{name}.d"))) {
        return Ok(program);
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    cargo.args(["build", "--quiet", "--package", "polyrpc", "--example", name]);
    cargo.arg("--target-dir").arg(root());
    // What cargo tells a test of its package would look like news to build scripts, which are run again by it.
    let of_the_test = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| of_the_test(name)) {
        cargo.env_remove(name);
    }
    if folder.parent().is_some_and(|profile| profile.ends_with("release")) {
        cargo.arg("--release");
    }
    run(cargo)?;
    Ok(program)
}

/// Whether the program is younger than every source that cargo's dep-info names.
fn is_fresh(program: &Path, sources: &Path) -> bool {
    let age = |path: &Path| fs::metadata(path).and_then(|file| file.modified());
    let (Ok(built), Ok(listed)) = (age(program), fs::read_to_string(sources)) else { return false };
    let younger = |time: SystemTime| time <= built;
    let Some((_, names)) = listed.split_once(": ") else { return false };
    names.split_whitespace().all(|name| age(Path::new(name)).is_ok_and(younger))
}
