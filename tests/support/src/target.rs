//! Where cargo builds, and a place there for what tests write.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The folder of the running test's profile: `target/debug`, say.
pub(crate) fn profile() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    test.ancestors().nth(2).expect("tests run in the profile's deps folder").to_path_buf()
}

/// The root of the build directory, whatever profile and target stand below it: there cargo keeps what it knows of rustc.
pub(crate) fn root() -> PathBuf {
    let profile = profile();
    let known = profile.ancestors().find(|folder| folder.join(".rustc_info.json").exists());
    known.unwrap_or(&profile).to_path_buf()
}

/// A fresh folder for one test's files, with a path short enough for a Unix socket where that can be had.
pub fn scratch(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let unique = format!("{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(format!("polyrpc-{unique}"));
    fs::create_dir_all(&folder).expect("the system's folder for temporary files can be written");
    folder
}

/// Makes `target/foreign/NAME-HASH` once, however many processes ask: `make` fills it, `inputs` are what it is made
/// from. A folder whose making failed is made anew by the next one who asks.
pub(crate) fn make_once(
    name: &str,
    inputs: &[&[u8]],
    make: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    inputs.hash(&mut hasher);
    let foreign = root().join("foreign");
    let folder = foreign.join(format!("{name}-{:016x}", hasher.finish()));
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&foreign).map_err(said)?;
    let lock = File::create(foreign.join(format!("{name}.lock"))).map_err(said)?;
    lock.lock().map_err(said)?;
    let complete = folder.join("complete");
    if !complete.exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(said)?;
        }
        fs::create_dir_all(&folder).map_err(said)?;
        make(&folder)?;
        fs::write(complete, []).map_err(said)?;
    }
    Ok(folder)
}
