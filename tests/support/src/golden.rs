//! Files of what is expected, which a run with `POLYRPC_UPDATE_GOLDEN` renews.

use std::fs;
use std::path::Path;

/// Asserts that a text is what stands in a file, or writes it there where `POLYRPC_UPDATE_GOLDEN` is set.
///
/// # Panics
/// When they differ, or the file cannot be written.
#[track_caller]
pub fn golden(path: &Path, text: &str) {
    if std::env::var_os("POLYRPC_UPDATE_GOLDEN").is_some() {
        let folder = path.parent().expect("a file stands in a folder");
        fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).expect("the checkout can be written");
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(text == expected, "{} differs: POLYRPC_UPDATE_GOLDEN=1 renews it\n{text}", path.display());
}
