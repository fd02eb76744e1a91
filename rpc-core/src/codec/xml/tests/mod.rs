//! One file per concern.

mod document;
mod reading;
mod writing;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Dialect, XmlError, differential, read_value, write_value};

/// Writes with all extensions.
fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, XmlError> {
    write_in(value, Dialect::EXTENDED)
}

fn write_in<T: Serialize + ?Sized>(value: &T, dialect: Dialect) -> Result<String, XmlError> {
    let mut out = Vec::new();
    write_value(value, &mut out, dialect)?;
    Ok(String::from_utf8(out).expect("only UTF-8 is written"))
}

/// Reads what stands inside `<value>`, and checks on the side that both ways read it alike.
fn read<T: DeserializeOwned>(content: &str) -> Result<T, XmlError> {
    let document = format!("<value>{content}</value>");
    differential(document.as_bytes());
    read_value(document.as_bytes())
}

/// Asserts that `content` is read as this value.
#[track_caller]
fn reads<T: DeserializeOwned + PartialEq + Debug>(content: &str, value: T) {
    match read::<T>(content) {
        Ok(found) => assert_eq!(found, value, "{content}"),
        Err(error) => panic!("{content}: {error}"),
    }
}

/// Asserts that reading fails with a message that holds these words, and gives the error.
#[track_caller]
fn refuses<T: DeserializeOwned + Debug>(content: &str, words: &str) -> XmlError {
    let error = read::<T>(content).expect_err(content);
    assert!(error.to_string().contains(words), "{content}: {error}");
    error
}

/// Asserts that a value is written so, and read back.
#[track_caller]
fn trips<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, content: &str) {
    let written = write(&value).expect("can be written");
    assert_eq!(written, format!("<value>{content}</value>"));
    reads(content, value);
}
