//! Points and lengths of time.

use super::super::model::{Field, FieldType, File, Label, Message, Scalar};

/// `google/protobuf/timestamp.proto`.
pub(super) fn timestamp() -> File {
    let go = "google.golang.org/protobuf/types/known/timestamppb";
    with_message(super::file("timestamp", "TimestampProto", go), "Timestamp")
}

/// `google/protobuf/duration.proto`.
pub(super) fn duration() -> File {
    let go = "google.golang.org/protobuf/types/known/durationpb";
    with_message(super::file("duration", "DurationProto", go), "Duration")
}

fn with_message(mut file: File, name: &str) -> File {
    let seconds = Field::new("seconds", 1, Label::Single, FieldType::Scalar(Scalar::Int64));
    let nanos = Field::new("nanos", 2, Label::Single, FieldType::Scalar(Scalar::Int32));
    file.messages.push(Message::new(name, vec![seconds, nanos]));
    file
}
