//! JSON Lines, split and checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::ndjson(data));
