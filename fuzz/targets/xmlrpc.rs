//! XML-RPC's values, as a message.

#![no_main]

use polyrpc_core::codec::Codec;
use polyrpc_core::codec::xml::Dialect;
use polyrpc_fuzz::{decode, report_stack_overflows, trip};

libfuzzer_sys::fuzz_target!(init: report_stack_overflows(), |data: &[u8]| {
    if let Ok(message) = decode(Codec::Xml(Dialect::EXTENDED), data) {
        trip(&message);
    }
});
