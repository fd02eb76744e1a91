//! The two forms of a body.

use super::base64;

const BINARY: &str = "application/grpc-web";
const TEXT: &str = "application/grpc-web-text";

/// How the bytes of a body are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Binary,
    /// In base64.
    Text,
}

impl Form {
    /// The form that a content-type names, and the codec of the messages; without a word they are proto.
    pub(super) fn named(content_type: &str) -> Option<(Form, &str)> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let (kind, codec) = essence.split_once('+').unwrap_or((essence, "proto"));
        let is = |name: &str| kind.eq_ignore_ascii_case(name);
        match (is(BINARY), is(TEXT)) {
            (true, _) => Some((Form::Binary, codec)),
            (_, true) => Some((Form::Text, codec)),
            _ => None,
        }
    }

    /// The first form that an `accept` header names.
    pub(super) fn accepted(accept: &str) -> Option<Form> {
        accept.split(',').find_map(Form::named).map(|(form, _)| form)
    }

    /// The content-type of what is written in it.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Form::Binary => "application/grpc-web+proto",
            Form::Text => "application/grpc-web-text+proto",
        }
    }

    /// Bytes that can be sent by themselves: in base64 they are padded, so that nothing waits for what comes behind.
    pub(super) fn write(self, bytes: bytes::Bytes) -> bytes::Bytes {
        match self {
            Form::Binary => bytes,
            Form::Text => base64::encode(&bytes).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_by_the_media_type() {
        for (content_type, named) in [
            ("application/grpc-web", Some((Form::Binary, "proto"))),
            ("Application/gRPC-Web+Proto; x=y", Some((Form::Binary, "Proto"))),
            ("application/grpc-web-text", Some((Form::Text, "proto"))),
            ("application/grpc-web-text+json", Some((Form::Text, "json"))),
            ("application/grpc", None),
            ("application/grpc-web-texts", None),
        ] {
            assert_eq!(Form::named(content_type), named, "{content_type}");
        }
        assert_eq!(Form::accepted("*/*, application/grpc-web-text"), Some(Form::Text));
        assert_eq!(Form::accepted("*/*"), None);
    }
}
