//! JSON's values.

#![no_main]

use polyrpc_core::codec::Codec;
use polyrpc_fuzz::{decode, report_stack_overflows, trip};

libfuzzer_sys::fuzz_target!(init: report_stack_overflows(), |data: &[u8]| {
    if let Ok(message) = decode(Codec::Json, data) {
        assert!(serde_json::from_slice::<serde::de::IgnoredAny>(data).is_ok(), "what we read is JSON");
        trip(&message);
    }
});
