//! What a service says about a failure.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_core::fuzz::error_body(data));
