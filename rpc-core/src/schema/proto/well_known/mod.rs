//! The well-known files that ours import, as protobuf ships them (`google/protobuf/*.proto`, without comments).

mod structs;
mod times;

use super::model::{File, FileOption, Message, OptionValue};

/// The well-known files that [`files`](super::files) may import: those of Timestamp, Duration, Value and Empty.
pub fn well_known_files() -> [File; 4] {
    [times::timestamp(), times::duration(), structs::file(), empty()]
}

/// `google/protobuf/empty.proto`.
fn empty() -> File {
    let mut file = file("empty", "EmptyProto", "google.golang.org/protobuf/types/known/emptypb");
    file.messages.push(Message::new("Empty", Vec::new()));
    file
}

/// A file `google/protobuf/<name>.proto` with the options that all of them have: whoever has the file already
/// compares.
fn file(name: &str, outer_class: &'static str, go: &'static str) -> File {
    let text = |name, tag, value| FileOption { name, tag, value: OptionValue::Text(value) };
    let on = |name, tag| FileOption { name, tag, value: OptionValue::Bool(true) };
    let mut file = File::new(format!("google/protobuf/{name}.proto"), "google.protobuf");
    file.options = vec![
        text("java_package", 1, "com.google.protobuf"),
        text("java_outer_classname", 8, outer_class),
        on("java_multiple_files", 10),
        text("go_package", 11, go),
        on("cc_enable_arenas", 31),
        text("objc_class_prefix", 36, "GPB"),
        text("csharp_namespace", 37, "Google.Protobuf.WellKnownTypes"),
    ];
    file
}
