//! Whole documents: calls and responses, as bytes. No I/O, and no tree: values stay where they are.

mod array;
mod call;
mod cursor;
mod multicall;
mod prolog;
mod response;
mod well_formed;

pub use array::{Array, parse_array, parse_stream_argument};
pub use call::{CALL_TAIL, Call, parse_call, write_call_head};
pub use cursor::{Batch, parse_batch, parse_id, parse_next, parse_open, write_close, write_next, write_open};
pub use multicall::{MULTICALL_HEAD, MULTICALL_TAIL, RESULT_HEAD, RESULT_TAIL, parse_entry, parse_multicall};
pub use response::{RESPONSE_HEAD, RESPONSE_TAIL, Response, parse_response, write_fault, write_fault_value};
pub use well_formed::check_well_formed;

/// What each document of ours begins with.
macro_rules! declaration {
    ($rest:literal) => {
        concat!(r#"<?xml version="1.0" encoding="utf-8"?>"#, $rest)
    };
}
use declaration;
