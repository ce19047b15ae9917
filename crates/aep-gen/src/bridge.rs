//! Between the generated code and `aep_core`: the only file that knows progenitor, and turns its requests, answers and
//! errors into ours.
//!
//! progenitor builds a [`reqwest::Request`] and expects a [`reqwest::Response`]. Neither is ever sent: the request is
//! taken apart into an [`aep_core::Request`], and what the transport gives back, answer or error, travels in the
//! extensions of a response that is made up here.
#![allow(
    clippy::result_large_err,
    reason = "progenitor's error is what its methods return; `finish` makes a word of it"
)]

use std::fmt::Display;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use aep_core::transport::JSON_BYTES;
use aep_core::{Body, ErrorKind, Operation};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use progenitor_client::ResponseValue;

use crate::{Answer, OperationInfo, address, lenient};

/// What a generated method fails with before [`finish`] has made an [`aep_core::Error`] of it.
pub type Failure = progenitor_client::Error<()>;

/// The status of made-up responses that carry an error: none that a server sends.
const CARRIED: u16 = 999;

/// What a generated client sends through.
#[derive(Clone, Debug)]
pub struct Bridge {
    core: aep_core::Client,
    api: &'static str,
    operations: &'static [OperationInfo],
}

/// What a transport gave back, on its way through generated code.
///
/// The value is taken out once; the lock is for the extensions, which want to be cloned and shared.
struct Carried<T>(Arc<Mutex<Option<T>>>);

impl<T> Carried<T> {
    fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(Some(value))))
    }

    fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T> Clone for Carried<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// An answer that was read whole, and which call it belongs to.
struct Read {
    body: Bytes,
    about: About,
}

/// What an error about an answer says.
struct About {
    api: &'static str,
    id: &'static str,
    status: u16,
    request_id: Option<String>,
    attempts: u32,
}

impl Bridge {
    pub(crate) fn new(
        core: aep_core::Client,
        api: &'static str,
        operations: &'static [OperationInfo],
    ) -> Self {
        Self {
            core,
            api,
            operations,
        }
    }

    /// Sends a request whose body, if any, is in memory.
    pub(crate) async fn exec(
        &self,
        request: reqwest::Request,
        function: &str,
    ) -> reqwest::Response {
        let body = match request.body() {
            None => Body::Empty,
            Some(body) => match body.as_bytes() {
                Some([]) => Body::Empty,
                Some(bytes) => Body::Bytes(Bytes::copy_from_slice(bytes)),
                None => {
                    let error = aep_core::Error::new(ErrorKind::Other, format!("call {function}"))
                        .because("a body that can be sent only once is not passed on");
                    return carry(error);
                }
            },
        };
        self.exec_with(request, body, function).await
    }

    /// Sends a request with this body instead of its own.
    pub(crate) async fn exec_with(
        &self,
        request: reqwest::Request,
        body: Body,
        function: &str,
    ) -> reqwest::Response {
        self.send(request, body, function)
            .await
            .unwrap_or_else(carry)
    }

    async fn send(
        &self,
        request: reqwest::Request,
        body: Body,
        function: &str,
    ) -> aep_core::Result<reqwest::Response> {
        let info = self.operation(function)?;
        address::short_enough(request.url().as_str())?;
        let operation = Operation {
            api: self.api,
            id: info.id,
            safety: info.safety,
        };
        let mut ours =
            aep_core::Request::new(operation, request.method().clone(), request.url().clone());
        for (name, value) in request.headers() {
            // the first is progenitor's own invention; the second is the transport's business
            if name != "api-version" && name != CONTENT_LENGTH {
                ours = ours.header(name.clone(), value.clone());
            }
        }
        if let Some(content_type) = info.content_type {
            ours = ours.header(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if !matches!(body, Body::Empty) {
            ours = ours.body(body);
        }
        if !info.sandboxed {
            ours = ours.without_sandbox();
        }
        if !info.credentials {
            ours = ours.without_credentials();
        }
        if !info.changes {
            ours = ours.read_only();
        }
        ours = match info.answer {
            Answer::Bytes => ours,
            Answer::Empty => ours.buffered(JSON_BYTES),
            Answer::Json => ours.buffered(JSON_BYTES).expecting_json(),
        };
        let answer = self.core.send(ours).await?;
        self.pass_on(answer, info).await
    }

    /// Makes a response for progenitor out of an answer.
    async fn pass_on(
        &self,
        answer: aep_core::Response,
        info: &OperationInfo,
    ) -> aep_core::Result<reqwest::Response> {
        let status = answer.status();
        let headers = answer.headers().clone();
        match info.answer {
            Answer::Bytes => Ok(made_up(status, headers, Carried::new(answer))),
            Answer::Empty => Ok(made_up(status, headers, ())),
            Answer::Json => {
                let about = About {
                    api: self.api,
                    id: info.id,
                    status: status.as_u16(),
                    request_id: answer.request_id().map(str::to_owned),
                    attempts: answer.attempts(),
                };
                let body = whole(answer.bytes(JSON_BYTES).await?, info.list);
                Ok(made_up(status, headers, Carried::new(Read { body, about })))
            }
        }
    }

    fn operation(&self, function: &str) -> aep_core::Result<&'static OperationInfo> {
        self.operations
            .iter()
            .find(|info| info.function == function)
            .ok_or_else(|| {
                aep_core::Error::new(ErrorKind::Other, format!("call {function} of {}", self.api))
                    .because("the table of operations does not know it")
            })
    }
}

/// The body as the generated types expect it.
///
/// An empty body is `null`: several calls that are documented with a body answer without one. A bare array is the list
/// that the documents wrap into an object.
fn whole(body: Bytes, list: Option<&str>) -> Bytes {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Bytes::from_static(b"null");
    }
    match list {
        Some(field) if body.trim_ascii_start().starts_with(b"[") => {
            [b"{\"", field.as_bytes(), b"\":", &body, b"}"]
                .concat()
                .into()
        }
        _ => body,
    }
}

fn made_up<T: Clone + Send + Sync + 'static>(
    status: StatusCode,
    headers: HeaderMap,
    carried: T,
) -> reqwest::Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.extensions_mut().insert(carried);
    response.into()
}

fn carry(error: aep_core::Error) -> reqwest::Response {
    let status = StatusCode::from_u16(CARRIED).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    made_up(status, HeaderMap::new(), Carried::new(error))
}

fn fail(error: aep_core::Error) -> Failure {
    Failure::UnexpectedResponse(carry(error))
}

/// A client that progenitor builds requests with. It never sends one, so it needs no certificates and no proxy.
#[expect(
    clippy::disallowed_methods,
    reason = "it only builds requests, aep-core sends them"
)]
pub(crate) fn builder() -> reqwest::Client {
    static BUILDER: LazyLock<reqwest::Client> = LazyLock::new(|| {
        reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap_or_default()
    });
    BUILDER.clone()
}

/// A path parameter as one segment; see [`address::segment`].
pub(crate) fn segment(name: &'static str, value: &str) -> Result<String, Failure> {
    address::segment(name, value).map_err(fail)
}

/// A path parameter whose slashes separate segments; see [`address::path`].
pub(crate) fn path(name: &'static str, value: &str) -> Result<String, Failure> {
    address::path(name, value).map_err(fail)
}

/// Reads the JSON of an answer.
pub(crate) fn decode<T: lenient::Read>(
    response: reqwest::Response,
) -> Result<ResponseValue<T>, Failure> {
    let Some(Read { body, about }) = taken::<Read>(&response) else {
        return Err(Failure::UnexpectedResponse(response));
    };
    let value = match serde_json::from_slice(&body) {
        Ok(value) => value,
        Err(error) => return Err(fail(about.undecodable("", error))),
    };
    drop(body);
    match lenient::whole(value) {
        Ok(value) => Ok(ResponseValue::new(
            value,
            response.status(),
            response.headers().clone(),
        )),
        Err(misfit) => Err(fail(about.undecodable(&misfit.place, &misfit))),
    }
}

impl About {
    fn undecodable(self, place: &str, why: impl Display) -> aep_core::Error {
        let error = aep_core::Error::new(
            ErrorKind::Protocol,
            format!("read the answer to {} of {}", self.id, self.api),
        );
        let error = if place.is_empty() {
            error
        } else {
            error.with("field", place)
        };
        error
            .because(format!("the answer is not what was expected: {why}"))
            .answered(self.status, self.request_id)
            .after_attempts(self.attempts)
    }
}

/// Passes on an answer whose body is read in pieces.
pub(crate) fn download(
    response: reqwest::Response,
) -> Result<ResponseValue<aep_core::Response>, Failure> {
    match taken::<aep_core::Response>(&response) {
        Some(answer) => Ok(ResponseValue::new(
            answer,
            response.status(),
            response.headers().clone(),
        )),
        None => Err(Failure::UnexpectedResponse(response)),
    }
}

fn taken<T: Send + 'static>(response: &reqwest::Response) -> Option<T> {
    response.extensions().get::<Carried<T>>()?.take()
}

/// The value of a generated call, or the error that the transport gave.
///
/// # Errors
///
/// Every error of [`aep_core::Client::send`]; [`ErrorKind::Usage`] for a path parameter that cannot be one;
/// [`ErrorKind::Limit`] for an address that is too long;
/// [`ErrorKind::Protocol`] for an answer that could not be read.
pub fn finish<T>(result: Result<ResponseValue<T>, Failure>) -> aep_core::Result<T> {
    finish_whole(result).map(|answer| answer.value)
}

/// An answer with its status and headers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answered<T> {
    /// What the body said.
    pub value: T,
    /// The status, always 2xx.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
}

/// As [`finish`], with status and headers: for calls that answer by header.
///
/// # Errors
///
/// As [`finish`].
pub fn finish_whole<T>(result: Result<ResponseValue<T>, Failure>) -> aep_core::Result<Answered<T>> {
    match result {
        Ok(answer) => Ok(Answered {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            value: answer.into_inner(),
        }),
        Err(failure) => Err(error(failure)),
    }
}

fn error(failure: Failure) -> aep_core::Error {
    let doing = "send a request";
    match failure {
        Failure::UnexpectedResponse(response) => taken(&response).unwrap_or_else(|| {
            aep_core::Error::new(ErrorKind::Protocol, "read an answer")
                .because(format!("its status is {}", response.status()))
        }),
        // what is left comes from building the request, and names what could not be built
        Failure::InvalidRequest(why) | Failure::Custom(why) => {
            aep_core::Error::new(ErrorKind::Usage, doing).because(why)
        }
        Failure::CommunicationError(source)
        | Failure::InvalidUpgrade(source)
        | Failure::ResponseBodyError(source) => {
            aep_core::Error::new(ErrorKind::Usage, doing).because(source)
        }
        Failure::InvalidResponsePayload(_, source) => {
            aep_core::Error::new(ErrorKind::Protocol, "read an answer").because(source)
        }
        Failure::ErrorResponse(response) => {
            aep_core::Error::new(ErrorKind::Protocol, "read an answer")
                .because(format!("its status is {}", response.status()))
        }
    }
}
