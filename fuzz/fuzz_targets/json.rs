//! A JSON array, split and checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::json(data));
