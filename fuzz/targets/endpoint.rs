//! Endpoints: what is shown is read back as the same endpoint.

#![no_main]

use polyrpc::{Endpoint, EndpointError};

libfuzzer_sys::fuzz_target!(init: polyrpc_fuzz::report_stack_overflows(), |text: &str| {
    let read: Result<Endpoint, EndpointError> = text.parse();
    match read {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(endpoint) => {
            let shown = endpoint.to_string();
            let again: Endpoint = shown.parse().unwrap_or_else(|error| panic!("{text:?}, shown as {shown:?}: {error}"));
            assert_eq!(again.to_string(), shown);
            // Display leaves out nothing but the user's name and password.
            if endpoint.user_info().is_none() {
                assert_eq!(again, endpoint);
            }
        }
    }
});
