//! The status in gRPC's trailers, with its details.

#![no_main]

libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |data: &[u8]| polyrpc_core::__fuzzing::grpc::trailers(data));
