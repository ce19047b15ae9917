//! A Parquet file: its footer, its pages.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_ingest::fuzz::parquet(data));
