//! The generated clients against a server that writes down what it gets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::default_trait_access,
    reason = "tests"
)]

mod errors;
mod files;
mod flows;
mod published;
mod reading;
mod sending;
mod server;
mod table;
mod zones;
