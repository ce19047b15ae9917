#![doc = include_str!("../README.md")]

pub mod auth;
pub mod config;
pub mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod ids;
pub mod limits;
mod page;
mod secret;
pub mod transfer;
pub mod transport;

/// The types of HTTP that stand in our signatures.
pub use http;
pub use url::Url;

pub use auth::Token;
pub use config::{ConfigStore, Credentials, Env, Overrides, Settings, Writes, explain, resolve};
pub use error::{Error, ErrorKind, Problem, Result};
pub use ids::{BatchId, DatasetId, FileId, FlowId, InletId, OrgId, SandboxName, SchemaId};
pub use page::{Cursor, Page, items};
pub use secret::Secret;
pub use transport::{Body, Client, Operation, Recorder, Request, Response, Safety, Timeouts};
