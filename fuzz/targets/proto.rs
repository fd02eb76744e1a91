//! proto3, against prost.

#![no_main]

use polyrpc_core::codec::Codec;
use polyrpc_fuzz::{decode, report_stack_overflows, through_prost, trip};

libfuzzer_sys::fuzz_target!(init: report_stack_overflows(), |data: &[u8]| {
    if let Ok(message) = decode(Codec::Proto, data) {
        through_prost(&message, data);
        trip(&message);
    }
});
