//! Documents of APIs: read, brought to OpenAPI 3.0, checked, and put through every pass.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_fuzz::openapi(data));
