//! A mapping file with the CSV that it is for.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::mapping(data));
