//! The range of an answer to a request for a part of a file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::content_range(data));
