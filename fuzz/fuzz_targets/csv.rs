//! CSV: its header, its records, their values.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::csv(data));
