//! Text files that are cut where rows end, or packed together.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::split(data));
