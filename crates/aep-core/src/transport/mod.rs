//! Sending requests.
//!
//! A [`Client`] adds token, organisation, key, sandbox and request id, sends, and retries what may be retried.

pub(crate) mod address;
mod body;
mod client;
mod network;
mod record;
mod request;
mod response;
mod timeouts;

pub use body::{Body, Open};
pub use client::Client;
pub use record::{Recorded, Recorder};
pub use request::{Operation, Request, Safety};
pub use response::{JSON_BYTES, Response};
pub use timeouts::Timeouts;
