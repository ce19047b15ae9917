#![doc = include_str!("../README.md")]

mod announce;
mod builder;
mod clock;
mod config;
mod emulator;
mod faults;
mod flow;
mod gateway;
mod ids;
mod lake;
mod log;
mod mapping;
mod operations;
mod problem;
mod routes;
mod seed;
mod server;
mod state;
mod stream;
mod xdm;
mod zone;

pub use announce::open_local;
pub use builder::{Builder, EmulatorError};
pub use clock::Clock;
pub use config::Processing;
pub use emulator::Emulator;
pub use faults::{Fault, FaultError, FaultRule, Faults, Listed, When};
pub use log::{RequestLog, Seen};
pub use state::StateError;
pub use zone::{AzuriteError, ZoneKind};
