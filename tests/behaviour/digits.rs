//! serde_json's feature `arbitrary_precision`, which any crate of a user's build may turn on for all of it: a program
//! of its own, for no other test shall have it.

use std::path::Path;
use std::process::Command;

use crate::support::Folder;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const PROGRAM: &str = r##"
use polyrpc_core::codec::{Codec, Decode, Encode, xml::Dialect};
use serde_json::Value;

const XML: Codec = Codec::Xml(Dialect::EXTENDED);

fn read<T: for<'de> Decode<'de>>(codec: Codec, text: &str) -> T {
    codec.decode_value(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn write(codec: Codec, value: &impl Encode) -> String {
    let mut out = Vec::new();
    codec.encode_value(value, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn refuses<T: for<'de> Decode<'de>>(text: &str, why: &str) {
    let error = Codec::Json.decode_value::<T>(text.as_bytes()).err().expect(text).to_string();
    assert!(error.contains(why), "{text}: {error}");
}

fn main() {
    let number: Value = serde_json::from_str("1.10").unwrap();
    assert_eq!(number.to_string(), "1.10", "the feature is on");

    assert_eq!(read::<Vec<f64>>(Codec::Json, "[1,1.5,-1e300,24.099999999999998]"), [1.0, 1.5, -1e300, 24.099999999999998]);
    assert_eq!(read::<Option<f32>>(Codec::Json, "1.5"), Some(1.5));
    assert_eq!(read::<Vec<u64>>(Codec::Json, "[18446744073709551615,\"7\"]"), [u64::MAX, 7]);
    assert_eq!(write(Codec::Json, &vec![1.5, 1e300]), "[1.5,1e+300]");
    refuses::<u64>("1.5", "1.5, expected u64");
    refuses::<i64>("18446744073709551616", "18446744073709551616, expected i64");
    refuses::<f64>("1e999", "invalid value: 1e+999");
    refuses::<f64>(r#"{"a":1}"#, "invalid type: map");
    refuses::<f64>("{}", "invalid type: map");

    for text in ["1", "-1", "1.5", "1.10", "123456789012345678901234567890", r#"{"a":[2.50,{"b":-3}],"c":null}"#] {
        let value: Value = read(Codec::Json, text);
        assert_eq!(value, serde_json::from_str::<Value>(text).unwrap(), "{text}");
        assert_eq!(write(Codec::Json, &value), text);
    }
    for (text, xml) in [("1", "<int>1</int>"), ("1.10", "<double>1.1</double>"), ("[2.50]", "<double>2.5</double>")] {
        let value: Value = read(Codec::Json, text);
        let written = write(XML, &value);
        assert!(written.contains(xml), "{text}: {written}");
        assert!(!read::<Value>(XML, &written).to_string().contains("private"), "{written}");
    }
    let mut out = Vec::new();
    Codec::Proto.encode_value(&number, &mut out).unwrap();
    assert_eq!(Codec::Proto.decode_value::<Value>(&out).unwrap().as_f64(), Some(1.1));
}
"##;

#[test]
fn numbers_are_numbers_where_serde_json_keeps_their_digits() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("src")).unwrap();
    std::fs::write(folder.0.join("src/main.rs"), PROGRAM).unwrap();
    let core = Path::new(ROOT).join("rpc-core");
    let manifest = format!(
        "[package]\nname = \"digits\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         polyrpc-core = {{ path = {core:?}, features = [\"xmlrpc\"] }}\n\
         serde_json = {{ version = \"1\", features = [\"arbitrary_precision\"] }}\n"
    );
    std::fs::write(folder.0.join("Cargo.toml"), manifest).unwrap();
    // The versions that this checkout has: nothing is asked of a registry.
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), folder.0.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder.0)
        .env("CARGO_TARGET_DIR", Path::new(ROOT).join("target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
