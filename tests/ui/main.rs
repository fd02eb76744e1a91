//! What the compiler says of mistakes in messages, errors and services, and what it accepts.
//!
//! Renew the `.stderr` files with `TRYBUILD=overwrite cargo test --test ui`, and look at what changed.

use std::fs;
use std::path::{Path, PathBuf};

/// Mistakes of which the compiler has more to say than one message.
const TWO: [&str; 2] = ["service/fail/error_that_is_none", "service/fail/oneway_error_that_is_none"];

// Two runs, for trybuild checks all fixtures at once only where none of them is to be run.
#[test]
fn mistakes_are_refused() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/fail/*.rs");
}

#[test]
fn what_is_right_compiles_and_runs() {
    trybuild::TestCases::new().pass("tests/ui/*/pass/*.rs");
}

#[test]
fn one_mistake_gives_one_message() {
    for (name, text) in outputs() {
        let allowed = if TWO.contains(&name.as_str()) { 2 } else { 1 };
        assert_eq!(messages(&text).len(), allowed, "{name}:\n{text}");
    }
}

#[test]
fn every_message_is_explained() {
    let page = fs::read_to_string(root().join("docs/compiler-says.md")).unwrap();
    let explained: Vec<&str> = page.lines().collect();
    for (name, text) in outputs() {
        for message in messages(&text) {
            assert!(explained.contains(&message), "docs/compiler-says.md lacks what {name} says:\n{message}");
        }
    }
}

/// The messages that the page explains are those that are given.
#[test]
fn every_explanation_has_its_mistake() {
    let page = fs::read_to_string(root().join("docs/compiler-says.md")).unwrap();
    let outputs = outputs();
    let given: Vec<&str> = outputs.iter().flat_map(|(_, text)| messages(text)).collect();
    let mut blocks = page.split("```text\n").skip(1).peekable();
    assert!(blocks.peek().is_some());
    for message in blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines()) {
        assert!(given.contains(&message), "no fixture gives this message:\n{message}");
    }
}

/// The messages in what the compiler wrote, without the word and code before them.
fn messages(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| line.starts_with("error"));
    lines.filter_map(|line| line.split_once(": ").map(|(_, message)| message)).collect()
}

/// What the compiler says of each mistake, by the name of its fixture.
fn outputs() -> Vec<(String, String)> {
    let ui = root().join("tests/ui");
    let mut outputs = Vec::new();
    for kind in ["message", "rpc_error", "service"] {
        for entry in fs::read_dir(ui.join(kind).join("fail")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "stderr") {
                let name = path.with_extension("").strip_prefix(&ui).map(Path::to_owned).unwrap();
                outputs.push((name.display().to_string(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(outputs.len() > 100, "fixtures are missing");
    outputs.sort();
    outputs
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
