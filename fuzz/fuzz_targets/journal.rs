//! The journal of a run.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::journal(data));
