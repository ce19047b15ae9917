//! Requests: what to do, where, with what.

use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use url::Url;

use super::{Body, Timeouts};
use crate::{Error, ErrorKind, Result, Secret};

/// Whether an operation may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Sending it again does no harm: reads, replacing uploads, COMPLETE.
    Repeatable,
    /// A second one would do the thing twice (creates). It is sent again only if the first was surely not processed: no
    /// connection came about, the gateway throttled it (429), or the token had expired (401).
    NotRepeatable,
}

/// What a request is: for spans, error texts and the decision to retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The API, `catalog`.
    pub api: &'static str,
    /// The id of the operation in the API's document, `listBatches`.
    pub id: &'static str,
    /// Whether it may be sent twice.
    pub safety: Safety,
}

/// A request. Token, organisation, API key, sandbox and request id are added when it is sent.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of their own, each set by name"
)]
pub struct Request {
    pub(crate) operation: Operation,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) doing: Option<String>,
    pub(crate) context: Vec<(&'static str, String)>,
    pub(crate) sandbox: bool,
    pub(crate) credentials: bool,
    pub(crate) changes: Option<bool>,
    pub(crate) timeouts: Option<Timeouts>,
    pub(crate) retries: Option<u32>,
    pub(crate) buffered: Option<u64>,
    pub(crate) json: bool,
    pub(crate) verbatim: bool,
    pub(crate) accepted: &'static [u16],
    /// A secret in the body, so that it can be kept out of errors.
    pub(crate) secret: Option<Secret<String>>,
}

impl Request {
    /// A request without a body.
    pub fn new(operation: Operation, method: Method, url: Url) -> Self {
        Self {
            operation,
            method,
            url,
            headers: HeaderMap::new(),
            body: Body::Empty,
            doing: None,
            context: Vec::new(),
            sandbox: true,
            credentials: true,
            changes: None,
            timeouts: None,
            retries: None,
            buffered: None,
            json: false,
            verbatim: false,
            accepted: &[],
            secret: None,
        }
    }

    /// What the request is for, the end of the sentence "could not …". Without it errors name the operation.
    #[must_use]
    pub fn doing(mut self, text: impl Into<String>) -> Self {
        self.doing = Some(text.into());
        self
    }

    /// What it is about, for errors: `("batch", id)`.
    #[must_use]
    pub fn about(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.context.push((key, value.to_string()));
        self
    }

    /// Sets a header. `Authorization` is always set by the client, whatever is given here.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Asks for a media type.
    #[must_use]
    pub fn accept(self, media_type: &'static str) -> Self {
        self.header(ACCEPT, HeaderValue::from_static(media_type))
    }

    /// Adds query parameters, percent-encoded, after those that the address has.
    #[must_use]
    pub fn query<K: AsRef<str>, V: AsRef<str>>(mut self, pairs: &[(K, V)]) -> Self {
        if !pairs.is_empty() {
            let mut query = self.url.query_pairs_mut();
            for (key, value) in pairs {
                query.append_pair(key.as_ref(), value.as_ref());
            }
        }
        self
    }

    /// Sets a JSON body, and the content type unless one is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the value cannot be written as JSON.
    pub fn json(mut self, value: &impl Serialize) -> Result<Self> {
        let bytes = serde_json::to_vec(value).map_err(|error| {
            Error::new(
                ErrorKind::Usage,
                format!("write the body of {}", self.operation.id),
            )
            .because(error)
        })?;
        self.headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/json"));
        self.body = Body::from(bytes);
        Ok(self)
    }

    /// Sets a body of raw bytes, and `application/octet-stream` unless a content type is set or the request is
    /// [`verbatim`](Self::verbatim).
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        if !self.verbatim {
            self.headers
                .entry(CONTENT_TYPE)
                .or_insert(HeaderValue::from_static("application/octet-stream"));
        }
        self.body = body;
        self
    }

    /// Sends no sandbox header: for the calls that are above sandboxes.
    #[must_use]
    pub fn without_sandbox(mut self) -> Self {
        self.sandbox = false;
        self
    }

    /// Sends neither token nor key nor organisation.
    #[must_use]
    pub fn without_credentials(mut self) -> Self {
        self.credentials = false;
        self
    }

    /// Sends the headers that are given and no others, `Authorization` included, and follows no redirect: for stores that
    /// are no part of the platform and have signatures of their own. Retries, timeouts and certificates are the client's.
    #[must_use]
    pub fn verbatim(mut self) -> Self {
        self.verbatim = true;
        self.credentials = false;
        self.sandbox = false;
        self
    }

    /// Takes these statuses for an answer too, not for a failure.
    #[must_use]
    pub fn accepting(mut self, statuses: &'static [u16]) -> Self {
        self.accepted = statuses;
        self
    }

    /// Says that the request changes nothing although its method is not GET (a search by POST), so that a dry run lets it
    /// through.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.changes = Some(false);
        self
    }

    /// Uses other timeouts than the client's.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = Some(timeouts);
        self
    }

    /// Reads the whole answer, at most `limit` bytes, before [`send`](crate::Client::send) returns, so that a body which
    /// breaks off is retried as any other failure. For everything but downloads.
    #[must_use]
    pub fn buffered(mut self, limit: u64) -> Self {
        self.buffered = Some(limit);
        self
    }

    /// Takes no other answer than JSON, or none at all: what is cut short or spoilt on its way is asked for again. For
    /// requests that are [`buffered`](Self::buffered).
    #[must_use]
    pub fn expecting_json(mut self) -> Self {
        self.json = true;
        self
    }

    /// What the request is.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it changes something on the server, as far as that is known.
    pub fn changes(&self) -> bool {
        self.changes.unwrap_or(!matches!(
            self.method,
            Method::GET | Method::HEAD | Method::OPTIONS
        ))
    }

    /// The sentence for errors.
    pub(crate) fn sentence(&self) -> String {
        match &self.doing {
            Some(doing) => doing.clone(),
            None => format!("call {} of {}", self.operation.id, self.operation.api),
        }
    }

    /// A new error about this request.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        self.contextual(Error::new(kind, self.sentence()))
    }

    /// The error with what this request is about.
    pub(crate) fn contextual(&self, error: Error) -> Error {
        self.context
            .iter()
            .fold(error, |error, (key, value)| error.with(key, value))
    }
}

/// Shows names of headers and query parameters, no values of either and no body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("path", &self.url.path())
            .field(
                "query",
                &self
                    .url
                    .query_pairs()
                    .map(|(key, _)| key.into_owned())
                    .collect::<Vec<_>>(),
            )
            .field(
                "headers",
                &self
                    .headers
                    .keys()
                    .map(HeaderName::as_str)
                    .collect::<Vec<_>>(),
            )
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
