//! XML-RPC's values and documents: the literals against quick-xml, and what is written against what is read.

#![no_main]

use polyrpc_core::codec::xml::{
    CALL_TAIL, ParamsReader, Response, differential, parse_call, parse_response, read_value, write_call_head,
    write_fault,
};
use serde::de::{Deserialize, IgnoredAny};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |data: &[u8]| {
    differential(data);
    call(data);
    response(data);
    if let Ok(value) = read_value::<Value>(data) {
        value_again(&value);
    }
});

fn call(data: &[u8]) {
    let Ok(call) = parse_call(data) else { return };
    let params = &data[call.params];
    if let Ok(reader) = ParamsReader::new(params) {
        let _ = Vec::<IgnoredAny>::deserialize(reader);
    }
    let mut written = Vec::new();
    write_call_head(&call.method, &mut written).expect("a name that was read can be written");
    written.extend_from_slice(CALL_TAIL);
    assert_eq!(parse_call(&written).expect("what was written is read").method, call.method);
}

fn response(data: &[u8]) {
    match parse_response(data) {
        Ok(Response::Value(range)) => differential(&data[range]),
        Ok(Response::Fault { code, message }) => {
            let Ok(number) = i32::try_from(code) else { return };
            let mut written = Vec::new();
            write_fault(number, &message, &mut written);
            assert_eq!(
                parse_response(&written).expect("what was written is read"),
                Response::Fault { code, message }
            );
        }
        Err(_) => {}
    }
}

fn value_again(value: &Value) {
    let mut written = Vec::new();
    polyrpc_core::codec::xml::write_value(value, &mut written, Default::default())
        .expect("what was read can be written");
    assert_eq!(&read_value::<Value>(&written).expect("what was written is read"), value);
}
