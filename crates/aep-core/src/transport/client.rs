//! The client that every service shares.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::de::DeserializeOwned;
use url::Url;

use super::network::Broken;
use super::response::Content;
use super::{Body, JSON_BYTES, Recorder, Request, Response, address};
use crate::auth::{Token, Tokens};
use crate::error::{Because, advice};
use crate::{Error, ErrorKind, Problem, Result, SandboxName, Settings};

/// How much of an error's body is read.
const ERROR_BODY: u64 = 64 * 1024;

/// Sends requests to the platform. Clones are cheap and share connections, token and retry quota.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    sandbox: Option<SandboxName>,
    recorder: Option<Recorder>,
}

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) http: reqwest::Client,
    tokens: Tokens,
}

impl Client {
    /// A client with these settings. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if an address is plain http to another machine, or the certificate file cannot be used.
    pub fn new(settings: Settings) -> Result<Self> {
        for url in [
            &settings.base_url,
            &settings.ims_url,
            &settings.streaming_url,
        ] {
            address::check_scheme(url)?;
        }
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(settings.timeouts.connect)
            .build()
            .map_err(|error| {
                Error::new(ErrorKind::Config, "set up the connection")
                    .because(Broken::from_reqwest(error))
            })?;
        let sandbox = settings.sandbox.clone();
        let tokens = Tokens::new(&settings);
        Ok(Self {
            shared: Arc::new(Shared {
                settings,
                http,
                tokens,
            }),
            sandbox,
            recorder: None,
        })
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

    /// The gateway's address with these segments behind it, each percent-encoded as one segment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for an empty segment, `.` and `..`; [`ErrorKind::Limit`] if the address gets longer than the
    /// gateway takes.
    pub fn url(&self, segments: &[&str]) -> Result<Url> {
        address::join(&self.shared.settings.base_url, segments)
    }

    /// The token that requests are sent with; it is fetched if there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthorized`] if IMS does not accept the credentials, and what the transport fails with.
    pub async fn token(&self) -> Result<Token> {
        self.shared.tokens.current(&self.shared.http).await
    }

    /// Sends a request and reads the whole answer; see [`Request::buffered`].
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`ErrorKind::Limit`] if the answer is longer than `limit` bytes.
    pub async fn fetch_bytes(&self, request: Request, limit: u64) -> Result<Bytes> {
        self.send(request.buffered(limit)).await?.bytes(limit).await
    }

    /// Sends a request and reads the answer as JSON; a body that breaks off is retried.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`ErrorKind::Protocol`] if the answer is not the JSON that was expected.
    pub async fn fetch_json<T: DeserializeOwned>(&self, request: Request) -> Result<T> {
        self.send(request.buffered(JSON_BYTES)).await?.json().await
    }

    /// Sends a request.
    ///
    /// # Errors
    ///
    /// Every status but 2xx is an error with the [`Problem`] that the body describes. [`ErrorKind::Unavailable`] if the
    /// network failed, [`ErrorKind::Io`] if the body's source did.
    pub async fn send(&self, request: Request) -> Result<Response> {
        let headers = self.headers(&request)?;
        if let Some(recorder) = self.recorder.as_ref().filter(|_| request.changes()) {
            recorder.record(&request, &headers);
            return Err(request.error(ErrorKind::Cancelled).with("dry_run", true));
        }
        let mut outgoing = reqwest::Request::new(request.method.clone(), request.url.clone());
        *outgoing.headers_mut() = headers;
        for (name, value) in &request.headers {
            outgoing.headers_mut().insert(name.clone(), value.clone());
        }
        if request.credentials {
            let token = self.token().await?;
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.secret.expose()))
                .map_err(|error| Error::new(ErrorKind::Config, "use the token").because(error))?;
            bearer.set_sensitive(true);
            outgoing.headers_mut().insert(AUTHORIZATION, bearer);
        }
        let body = match &request.body {
            Body::Empty => reqwest::Body::default(),
            Body::Bytes(bytes) => bytes.clone().into(),
            Body::Replay { open, .. } => reqwest::Body::wrap_stream(open()),
        };
        if request.body.is_empty()
            && matches!(request.method, Method::GET | Method::HEAD | Method::DELETE)
        {
            outgoing.headers_mut().remove(CONTENT_LENGTH);
        } else {
            outgoing
                .headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
        }
        *outgoing.body_mut() = Some(body);
        let answer = self.shared.http.execute(outgoing).await.map_err(|error| {
            request
                .error(ErrorKind::Unavailable)
                .because(Broken::from_reqwest(error))
                .after_attempts(1)
        })?;
        let status = answer.status();
        let headers = answer.headers().clone();
        let mut response = Response {
            status,
            request_id: headers
                .get("x-request-id")
                .and_then(|id| id.to_str().ok())
                .map(str::to_owned),
            headers,
            attempts: 1,
            doing: request.sentence(),
            context: request.context.clone(),
            idle: self.shared.settings.timeouts.idle,
            body: Content::Streaming(
                answer
                    .bytes_stream()
                    .map(|piece| piece.map_err(Broken::from_reqwest))
                    .boxed(),
            ),
        };
        if !status.is_success() {
            let body = response.read(ERROR_BODY).await.unwrap_or_default();
            let kind = response.header(CONTENT_TYPE.as_str());
            let problem = Problem::read(status.as_u16(), kind, &body);
            return Err(failed(&request, &response, problem));
        }
        if let Some(limit) = request.buffered {
            let bytes = response.read(limit).await?;
            response.body = Content::Read(bytes);
        }
        Ok(response)
    }

    fn headers(&self, request: &Request) -> Result<HeaderMap> {
        let settings = &self.shared.settings;
        let text = |value: &str| {
            HeaderValue::try_from(value).map_err(|_| {
                Error::new(ErrorKind::Config, "send a header")
                    .because("it holds a character that a header cannot")
            })
        };
        let mut headers = HeaderMap::new();
        if request.credentials {
            headers.insert(
                HeaderName::from_static("x-api-key"),
                text(&settings.client_id)?,
            );
            headers.insert(
                HeaderName::from_static("x-gw-ims-org-id"),
                text(settings.org.as_str())?,
            );
        }
        if let Some(sandbox) = self.sandbox.as_ref().filter(|_| request.sandbox) {
            headers.insert(
                HeaderName::from_static("x-sandbox-name"),
                text(sandbox.as_str())?,
            );
        }
        headers.insert(
            HeaderName::from_static("x-request-id"),
            text(&uuid::Uuid::new_v4().to_string())?,
        );
        headers.insert(
            http::header::ACCEPT,
            HeaderValue::from_static("application/json"),
        );
        Ok(headers)
    }
}

/// The error for an answer that is not 2xx.
fn failed(request: &Request, response: &Response, problem: Problem) -> Error {
    let status = response.status.as_u16();
    let advice = advice(status, &problem);
    let mut error = request.error(advice.kind.unwrap_or(ErrorKind::of_status(status)));
    if let Some(hint) = advice.hint {
        error = error.hint(hint);
    }
    let _ = (RETRY_AFTER, Because::new("", ""));
    error
        .because(format!("{} {problem}", response.status))
        .status_of(status, response.request_id.clone(), problem)
        .after_attempts(response.attempts)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("settings", &self.shared.settings)
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}
