//! JSON-RPC's requests and responses, against serde_json; events, whole and in pieces.

#![no_main]

use polyrpc_core::__fuzzing::jsonrpc::{events, requests, responses, scan};

libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        scan(text);
        requests(text);
    }
    responses(data);
    events(data);
});
