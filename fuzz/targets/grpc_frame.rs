//! gRPC's frames, plain and compressed.

#![no_main]

libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |data: &[u8]| polyrpc_core::__fuzzing::grpc::frames(data));
