//! What is known about an operation without calling it.

pub use aep_core::Safety;

/// One operation of an API, from its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The `operationId`, Adobe's: `listBatches`. Operations that share a path and method have an id of their own.
    pub id: &'static str,
    /// The name of the generated method: `list_batches`.
    pub function: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template below the base path of the API: `/batches/{BATCH_ID}`.
    pub path: &'static str,
    /// Whether it may be sent twice.
    pub safety: Safety,
    /// Whether it changes something on the server.
    pub changes: bool,
    /// Whether it acts in a sandbox, and so carries the name of one.
    pub sandboxed: bool,
    /// Whether it carries token, key and organisation.
    pub credentials: bool,
    /// The media type of the request body, where it is neither JSON nor a form nor plain bytes.
    pub content_type: Option<&'static str>,
    /// What a successful answer holds.
    pub answer: Answer,
    /// The field of the answer that a bare array stands for.
    pub list: Option<&'static str>,
}

/// What a successful answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// JSON, read as a whole.
    Json,
    /// Bytes, to be read in pieces.
    Bytes,
    /// Nothing but status and headers.
    Empty,
}
