//! The parts of `cargo xtask regen` that read what others write. They are no library, so their files are taken as they are.
#![allow(dead_code, reason = "only what reads is called from here")]

#[path = "../xtask/src/error.rs"]
mod error;

#[path = "../xtask/src/codegen"]
mod codegen {
    mod check;
    mod described;
    mod document;
    pub(crate) mod fuzzed;
    mod jsonpath;
    mod lines;
    mod load;
    mod merge;
    mod normal;
    mod overlay;
    mod passes;
    mod table;
}

/// A document of an API.
pub fn openapi(data: &[u8]) {
    codegen::fuzzed::document(data);
}

/// An overlay, and the document that it is laid over.
pub fn overlay(data: &[u8]) {
    codegen::fuzzed::laid_over(data);
}
