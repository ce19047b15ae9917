//! The crate against a server that writes requests down, and against the emulator, in one process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod document;
mod export;
mod manager;
mod mapping;
mod pipeline;
mod seed_002;
mod service;
mod support;
mod wire;
mod world;
mod zone;
