//! The client that every service shares.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use url::Url;

use super::backoff::{Clock, Jitter};
use super::wire::Wire;
use super::{JSON_BYTES, Recorder, Request, Response, Timeouts, address};
use crate::auth::{Token, Tokens};
use crate::{Error, ErrorKind, Result, SandboxName, Settings, limits};

/// Sends requests to the platform. Clones are cheap and share connections, token and retry quota.
///
/// Every request gets the bearer token, `x-api-key`, `x-gw-ims-org-id`, `x-sandbox-name` and `x-request-id`, and a span
/// `aep.http` with the operation, the attempt, the status and the server's request id. Credentials go to the hosts of the
/// settings only: a link that leads elsewhere is followed without them.
///
/// A failed attempt is followed by another one if the failure may pass by itself and the operation's
/// [`Safety`](super::Safety) allows it. Waits grow from 50 ms (1 s if the server throttles) to 20 s at most, by chance
/// between nothing and that; a `Retry-After` is never undercut. The retries are bounded by [`Settings::retries`], those
/// that a throttling server asks for by [`Timeouts::retry`](super::Timeouts::retry) only, and all of them by a quota that
/// the requests of a client share. A 401 renews the token once. A request that meets with silence is given up after
/// [`Timeouts::idle`](super::Timeouts::idle) if it may be repeated.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    sandbox: Option<SandboxName>,
    recorder: Option<Recorder>,
    timeouts: Option<Timeouts>,
    retries: Option<u32>,
}

struct Shared {
    settings: Settings,
    headers: HeaderMap,
    wire: Arc<Wire>,
    tokens: Tokens,
}

/// Makes a [`Client`] with a clock or a jitter of one's own, which tests want.
#[derive(Debug)]
pub struct ClientBuilder {
    settings: Settings,
    clock: Clock,
    jitter: Jitter,
}

impl ClientBuilder {
    /// Another clock than the system's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Another jitter than chance.
    #[must_use]
    pub fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// As [`Client::new`].
    pub fn build(self) -> Result<Client> {
        let settings = self.settings;
        for url in [
            &settings.base_url,
            &settings.ims_url,
            &settings.streaming_url,
        ] {
            address::check_scheme(url)?;
        }
        let mut headers = HeaderMap::new();
        headers.insert(
            HeaderName::from_static("x-api-key"),
            header("client_id", &settings.client_id)?,
        );
        headers.insert(
            HeaderName::from_static("x-gw-ims-org-id"),
            header("org_id", settings.org.as_str())?,
        );
        let wire = Arc::new(Wire::new(&settings, self.clock, self.jitter)?);
        let tokens = Tokens::new(&settings, Arc::clone(&wire));
        let sandbox = settings.sandbox.clone();
        Ok(Client {
            shared: Arc::new(Shared {
                settings,
                headers,
                wire,
                tokens,
            }),
            sandbox,
            recorder: None,
            timeouts: None,
            retries: None,
        })
    }
}

impl Client {
    /// A client with these settings. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if an address is plain http to another machine, the certificate file cannot be used, or a
    /// value cannot be sent as a header.
    pub fn new(settings: Settings) -> Result<Self> {
        Self::builder(settings).build()
    }

    /// As [`new`](Self::new), with choices.
    pub fn builder(settings: Settings) -> ClientBuilder {
        ClientBuilder {
            settings,
            clock: Clock::default(),
            jitter: Jitter::default(),
        }
    }

    /// The settings that this client was made with.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The sandbox of this client's requests.
    pub fn sandbox(&self) -> Option<&SandboxName> {
        self.sandbox.as_ref()
    }

    /// The same client for another sandbox.
    #[must_use]
    pub fn with_sandbox(&self, sandbox: SandboxName) -> Self {
        Self {
            sandbox: Some(sandbox),
            ..self.clone()
        }
    }

    /// The same client with other timeouts than those of its settings.
    #[must_use]
    pub fn with_timeouts(&self, timeouts: Timeouts) -> Self {
        Self {
            timeouts: Some(timeouts),
            ..self.clone()
        }
    }

    /// The timeouts of this client's requests.
    pub fn timeouts(&self) -> Timeouts {
        self.timeouts.unwrap_or(self.shared.settings.timeouts)
    }

    /// The same client with another number of retries than that of its settings.
    #[must_use]
    pub fn with_retries(&self, retries: u32) -> Self {
        Self {
            retries: Some(retries),
            ..self.clone()
        }
    }

    /// The same client for a dry run: requests that change something are recorded and refused with
    /// [`ErrorKind::Cancelled`] and the context `dry_run`; reads go through.
    #[must_use]
    pub fn recording(&self) -> (Self, Recorder) {
        let recorder = Recorder::default();
        (
            Self {
                recorder: Some(recorder.clone()),
                ..self.clone()
            },
            recorder,
        )
    }

    /// The recorder of a dry run, if this client makes one.
    pub fn recorder(&self) -> Option<&Recorder> {
        self.recorder.as_ref()
    }

    /// The gateway's address with these segments behind it, each percent-encoded as one segment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for an empty segment, `.` and `..`; [`ErrorKind::Limit`] if the address gets longer than the
    /// gateway takes.
    pub fn url(&self, segments: &[&str]) -> Result<Url> {
        let url = address::join(&self.shared.settings.base_url, segments)?;
        let length = url.as_str().len() as u64;
        if length > limits::URL_CHARS {
            return Err(Error::new(ErrorKind::Limit, "build an address")
                .because(format!(
                    "it has {length} characters, the gateway takes {}",
                    limits::URL_CHARS
                ))
                .hint("shorten the file's path"));
        }
        Ok(url)
    }

    /// The token that requests are sent with; it is fetched if there is none, or if it is about to expire.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthorized`] if IMS does not accept the credentials, and what the transport fails with.
    pub async fn token(&self) -> Result<Token> {
        match self.shared.tokens.current().await {
            Ok(held) => Ok(held.token()),
            Err(cause) => Err(Error::over("sign in", cause)),
        }
    }

    /// Sends a request and reads the whole answer within the retries; see [`Request::buffered`].
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`ErrorKind::Limit`] if the answer is longer than `limit` bytes.
    pub async fn fetch_bytes(&self, request: Request, limit: u64) -> Result<Bytes> {
        self.send(request.buffered(limit)).await?.bytes(limit).await
    }

    /// Sends a request and reads the answer as JSON; a body that breaks off, or is no JSON at all, is retried.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`ErrorKind::Protocol`] if the answer is not the JSON that was expected.
    pub async fn fetch_json<T: DeserializeOwned>(&self, request: Request) -> Result<T> {
        let request = request.buffered(JSON_BYTES).expecting_json();
        self.send(request).await?.json().await
    }

    /// Sends a request, and again where that helps and does no harm.
    ///
    /// The body of the answer is not read yet unless the request is [`buffered`](Request::buffered): a body that breaks
    /// off later cannot be retried here. Redirects are followed for GET and HEAD, to other hosts without credentials.
    ///
    /// # Errors
    ///
    /// Every status but 2xx is an error with the [`Problem`](crate::Problem) that the body describes.
    /// [`ErrorKind::Unavailable`] if the network failed, [`ErrorKind::Io`] if the body's source did,
    /// [`ErrorKind::Config`] if the server's certificate is not trusted or the address is plain http to another machine.
    pub async fn send(&self, request: Request) -> Result<Response> {
        let wire = &self.shared.wire;
        address::check_scheme(&request.url)?;
        let home = wire.is_home(&request.url);
        let mut headers = HeaderMap::new();
        if !request.verbatim {
            headers.insert(
                http::header::ACCEPT,
                HeaderValue::from_static("application/json"),
            );
        }
        if home && request.credentials {
            headers.extend(self.shared.headers.clone());
        }
        if let Some(sandbox) = self.sandbox.as_ref().filter(|_| home && request.sandbox) {
            headers.insert(
                HeaderName::from_static("x-sandbox-name"),
                header("sandbox", sandbox.as_str())?,
            );
        }
        if let Some(recorder) = self.recorder.as_ref().filter(|_| request.changes()) {
            recorder.record(&request, &headers);
            return Err(request
                .error(ErrorKind::Cancelled)
                .with("dry_run", true)
                .because("this is a dry run: the request was written down and not sent"));
        }
        let tokens = (home && request.credentials).then_some(&self.shared.tokens);
        let request = Request {
            timeouts: request.timeouts.or(self.timeouts),
            retries: self.retries,
            ..request
        };
        wire.exchange(&request, &headers, tokens).await
    }
}

fn header(what: &'static str, value: &str) -> Result<HeaderValue> {
    HeaderValue::try_from(value).map_err(|_| {
        Error::new(ErrorKind::Config, "send a header")
            .with("value of", what)
            .because("it holds a character that a header cannot")
    })
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("settings", &self.shared.settings)
            .field("sandbox", &self.sandbox)
            .field("dry_run", &self.recorder.is_some())
            .finish_non_exhaustive()
    }
}
