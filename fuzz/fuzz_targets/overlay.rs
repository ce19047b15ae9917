//! Overlays, and the documents that they are laid over.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aep_fuzz::overlay(data));
