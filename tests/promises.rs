//! `docs/promises.md` and `docs/limits.md` name only tests, files and commands that exist, and something for each row.

use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 2] = ["docs/promises.md", "docs/limits.md"];

/// What a row begins with that nothing shows yet; it says what is missing.
const OPEN: &str = "open: ";

/// The last column of each row of a page's tables.
fn shown_by(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let last = rows.filter_map(|row| row.rsplit(" | ").next());
    last.filter(|cell| !cell.starts_with("---") && !["shown by", "crossed by"].contains(cell)).collect()
}

/// What stands between backticks.
fn references(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Why a reference leads nowhere, if it does.
fn missing(reference: &str) -> Option<String> {
    if reference.starts_with("cargo ") || reference.starts_with("bash ") {
        return (!read(".ci/run").contains(reference)).then(|| format!(".ci/run does not run `{reference}`"));
    }
    let (path, name) = reference.split_once("::").map_or((reference, None), |(path, name)| (path, Some(name)));
    if !root().join(path).exists() {
        return Some(format!("there is no {path}"));
    }
    let text = read(path);
    let found = name.is_none_or(|name| match path.rsplit('.').next() {
        Some("rs") => text.contains(&format!("fn {name}(")),
        Some("py") => text.contains(&format!("def {name}(")),
        // A case goes by its title.
        _ => text.contains(name),
    });
    (!found).then(|| format!("{path} has no {}", name.unwrap_or_default()))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

#[test]
fn every_reference_leads_to_something() {
    let mut wrong = Vec::new();
    for page in PAGES {
        let text = read(page);
        let cells = shown_by(&text);
        assert!(cells.len() > 30, "{page} has {} rows", cells.len());
        for cell in cells {
            wrong.extend(references(cell).filter_map(missing).map(|why| format!("{page}: {why}")));
            if references(cell).next().is_none() && !cell.starts_with(OPEN) {
                wrong.push(format!("{page}: nothing shows it, and it is not marked as open: {cell}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_does_not_exist_is_found() {
    assert_eq!(missing("tests/promises.rs::what_does_not_exist_is_found"), None);
    assert_eq!(missing("cargo test --workspace"), None);
    for reference in ["tests/promises.rs::nobody", "tests/nowhere.rs", "tests/nowhere.rs::nobody", "cargo none"] {
        assert!(missing(reference).is_some(), "{reference}");
    }
}
