//! Sending requests.
//!
//! A [`Client`] adds token, organisation, key, sandbox and request id, sends, and retries what may be retried. The files
//! below are its layers: `client` knows settings and tokens, `wire` runs the attempts of one request, `retry` decides,
//! `outgoing` and `response` are the two directions of the bytes, `pools` is the only place that builds an HTTP client.

pub(crate) mod address;
mod backoff;
mod body;
mod client;
mod failed;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz {
    pub(crate) use super::retry_after::parse;
}
mod headers;
mod lease;
mod network;
mod outgoing;
mod pools;
mod quota;
mod record;
mod redirect;
mod request;
mod response;
mod retry;
mod retry_after;
#[cfg(test)]
mod retry_tests;
mod timeouts;
mod wire;

pub use backoff::{Clock, Jitter};
pub use body::{Body, Open};
pub use client::{Client, ClientBuilder};
pub use lease::{Lease, holding};
pub use record::{Recorded, Recorder};
pub use request::{Operation, Request, Safety};
pub use response::{JSON_BYTES, Response};
pub use timeouts::Timeouts;
pub(crate) use wire::Wire;
