//! docs/limits.md names a test for every row, and only tests that exist.

use std::path::Path;

const PAGE: &str = include_str!("../../../docs/limits.md");

/// The tests that a line names, as file and function.
fn named(line: &str) -> Vec<(&str, &str)> {
    line.split('`').filter_map(|text| text.split_once(".rs::")).collect()
}

#[test]
fn every_row_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut rows = 0;
    for line in PAGE.lines().filter(|line| line.starts_with("| ")) {
        if line.starts_with("| limit |") || line.starts_with("| --- |") {
            continue;
        }
        let tests = named(line);
        assert!(!tests.is_empty(), "no test crosses this limit: {line}");
        for (file, function) in tests {
            let file = format!("{file}.rs");
            let text = std::fs::read_to_string(root.join(&file)).unwrap_or_default();
            assert!(text.contains(&format!("fn {function}(")), "{file} has no {function}");
        }
        rows += 1;
    }
    assert!(rows > 30, "only {rows} rows were found");
}
