//! The requests of `object_store`, sent through our transport: its certificates, proxies, timeouts, retries and
//! `Retry-After` hold for the store too.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aep_core::transport::JSON_BYTES;
use aep_core::{Body, Client, ErrorKind, Operation, Request, Safety, Timeouts, Url};
use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use http::{HeaderName, HeaderValue, Method};
use http_body::{Body as _, Frame};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};

use super::error::Carried;

/// A store that has everything and says nothing for so long is not going to answer.
const SILENCE: Duration = Duration::from_secs(20);

/// Sends what `object_store` wants to have sent.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub(super) client: Client,
    /// Whether contents get the checksum that Azure checks. Its signature does not cover headers, so it can be added here.
    pub(super) crc64: bool,
}

impl HttpConnector for Wire {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string())
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let pieces = pieces(body).await?;
        let operation = operation(&head.method);
        let content = is_content(&head.method, &url);
        let mut request = Request::new(operation, head.method.clone(), url.clone()).verbatim();
        for (name, value) in &head.headers {
            request = request.header(name.clone(), value.clone());
        }
        if self.crc64 && content && head.method == Method::PUT {
            request = request.header(
                HeaderName::from_static("x-ms-content-crc64"),
                crc64(&pieces)?,
            );
        }
        if content {
            request = request.timeouts(patience(self.client.settings().timeouts));
        }
        if !(content && head.method == Method::GET) {
            request = request.buffered(JSON_BYTES);
        }
        if matches!(head.method, Method::POST | Method::PUT) {
            request = with_body(request, pieces);
        }
        match self.client.send(request).await {
            Ok(answer) => Ok(response(answer)),
            // Unknown is the kind that is not tried again: our transport has done that already.
            Err(error) => Err(HttpError::new(HttpErrorKind::Unknown, Carried::new(error))),
        }
    }
}

fn operation(method: &Method) -> Operation {
    Operation {
        api: "landing-zone-store",
        id: match *method {
            Method::GET => "get",
            Method::HEAD => "head",
            Method::PUT => "put",
            Method::DELETE => "delete",
            _ => "post",
        },
        // Everything that is sent names what it writes: a second time it writes the same. A second upload id that nobody
        // uses is the worst that can come of it.
        safety: Safety::Repeatable,
    }
}

/// Whether it carries the content of an object, or a part of it, and not a list.
fn is_content(method: &Method, url: &Url) -> bool {
    let has = |name: &str, value: Option<&str>| {
        url.query_pairs()
            .any(|(key, found)| key == name && value.is_none_or(|value| found == value))
    };
    match *method {
        Method::GET => !has("list-type", None) && !has("comp", None),
        Method::PUT => !has("comp", Some("blocklist")),
        _ => false,
    }
}

fn patience(mut timeouts: Timeouts) -> Timeouts {
    timeouts.first_byte = timeouts.first_byte.min(SILENCE);
    timeouts.idle = timeouts.idle.min(SILENCE);
    timeouts
}

/// The body's pieces of memory, none of them copied.
async fn pieces(mut body: HttpRequestBody) -> Result<Vec<Bytes>, HttpError> {
    let mut pieces = Vec::new();
    while let Some(frame) =
        std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        if let Ok(piece) = frame?.into_data() {
            pieces.push(piece);
        }
    }
    Ok(pieces)
}

fn with_body(request: Request, mut pieces: Vec<Bytes>) -> Request {
    let body = match pieces.len() {
        0 => Body::Bytes(Bytes::new()),
        1 => Body::Bytes(pieces.swap_remove(0)),
        _ => {
            let length = pieces.iter().map(|piece| piece.len() as u64).sum();
            Body::replay(length, move || {
                futures::stream::iter(pieces.clone().into_iter().map(Ok)).boxed()
            })
        }
    };
    request.body(body)
}

/// Azure's checksum is the CRC-64 that Amazon calls NVME, its bytes the other way round. Source: Azure, "Put Block".
fn crc64(pieces: &[Bytes]) -> Result<HeaderValue, HttpError> {
    let mut digest = crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Nvme);
    for piece in pieces {
        digest.update(piece);
    }
    HeaderValue::try_from(BASE64_STANDARD.encode(digest.finalize().to_le_bytes()))
        .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))
}

fn response(answer: aep_core::Response) -> HttpResponse {
    let status = answer.status();
    let headers = answer.headers().clone();
    let body = HttpResponseBody::new(Incoming(Mutex::new(answer.into_stream())));
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The body of an answer. The lock is never contended: it makes a stream that is only Send fit a body that must be Sync.
struct Incoming(Mutex<BoxStream<'static, aep_core::Result<Bytes>>>);

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let stream = self
            .get_mut()
            .0
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        stream.poll_next_unpin(context).map(|next| {
            next.map(|piece| {
                piece.map(Frame::data).map_err(|error| {
                    let kind = match error.kind() {
                        ErrorKind::Unavailable => HttpErrorKind::Interrupted,
                        _ => HttpErrorKind::Unknown,
                    };
                    HttpError::new(kind, Carried::new(error))
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_checksum_is_the_same_however_the_content_is_cut() {
        let whole = crc64(&[Bytes::from_static(b"123456789")]).unwrap();
        let cut = [
            Bytes::from_static(b"1234"),
            Bytes::new(),
            Bytes::from_static(b"56789"),
        ];
        assert_eq!(whole, crc64(&cut).unwrap());
        // the check value of CRC-64/NVME, the lowest byte first
        let expected = BASE64_STANDARD.encode(0xae8b_1486_0a79_9888_u64.to_le_bytes());
        assert_eq!(whole, expected.as_str());
    }

    #[test]
    fn contents_are_told_from_lists() {
        let is = |method: &Method, query: &str| {
            is_content(
                method,
                &format!("http://127.0.0.1/b/k{query}").parse().unwrap(),
            )
        };
        assert!(is(&Method::GET, ""));
        assert!(is(&Method::GET, "?sig=1&sv=2"));
        assert!(!is(&Method::GET, "?list-type=2&prefix=a"));
        assert!(!is(&Method::GET, "?restype=container&comp=list"));
        assert!(is(&Method::PUT, "?comp=block&blockid=1"));
        assert!(is(&Method::PUT, "?partNumber=1&uploadId=2"));
        assert!(!is(&Method::PUT, "?comp=blocklist"));
        assert!(!is(&Method::POST, "?uploads"));
    }
}
