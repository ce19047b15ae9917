//! What an inlet says about each of several messages.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::multi_status(data));
