//! Whole documents: calls and responses, as bytes. No I/O, and no tree: values stay where they are.

mod call;
mod prolog;
mod response;

pub use call::{CALL_TAIL, Call, parse_call, write_call_head};
pub use response::{RESPONSE_HEAD, RESPONSE_TAIL, Response, parse_response, write_fault};

/// What each document of ours begins with.
macro_rules! declaration {
    ($rest:literal) => {
        concat!(r#"<?xml version="1.0" encoding="utf-8"?>"#, $rest)
    };
}
use declaration;
