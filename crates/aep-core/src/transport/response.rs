//! Answers.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::BoxStream;
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{Error, ErrorKind, Result};

/// How large a JSON answer may be at most, in bytes.
pub const JSON_BYTES: u64 = 256 * 1024 * 1024;

/// An answer with a 2xx status.
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) doing: String,
    pub(crate) context: Vec<(&'static str, String)>,
    pub(crate) idle: Duration,
    pub(crate) body: Content,
}

pub(crate) enum Content {
    Streaming(BoxStream<'static, Result<Bytes, super::network::Broken>>),
    Read(Bytes),
}

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// A header as text, if it is there and readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The server's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How often the request was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    fn error(&self, kind: ErrorKind) -> Error {
        let mut error = Error::new(kind, self.doing.clone());
        for (key, value) in &self.context {
            error = error.with(key, value);
        }
        error
            .answered(self.status.as_u16(), self.request_id.clone())
            .after_attempts(self.attempts)
    }

    /// The whole body, at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if it is longer; [`ErrorKind::Unavailable`] if it breaks off or stands still.
    pub async fn bytes(mut self, limit: u64) -> Result<Bytes> {
        self.read(limit).await
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and [`ErrorKind::Protocol`] if it is not the JSON that was expected; the error names the
    /// place in the document.
    pub async fn json<T: DeserializeOwned>(mut self) -> Result<T> {
        let bytes = self.read(JSON_BYTES).await?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let place = error.path().to_string();
            let failed = self.error(ErrorKind::Protocol);
            let failed = if place == "." {
                failed
            } else {
                failed.with("field", place)
            };
            failed.because(format!(
                "the answer is not what was expected: {}",
                without_values(&error.into_inner().to_string())
            ))
        })
    }

    /// The body in pieces as they arrive. A body that breaks off ends with an error; it is never silently short.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes>> {
        let Self {
            status,
            request_id,
            attempts,
            doing,
            context,
            idle,
            body,
            headers,
        } = self;
        let stream = match body {
            Content::Read(bytes) => {
                return futures::stream::iter((!bytes.is_empty()).then_some(Ok(bytes))).boxed();
            }
            Content::Streaming(stream) => stream,
        };
        let about = Self {
            status,
            headers,
            request_id,
            attempts,
            doing,
            context,
            idle,
            body: Content::Read(Bytes::new()),
        };
        futures::stream::try_unfold((stream, about), |(mut stream, about)| async move {
            match next(&mut stream, about.idle).await {
                None => Ok(None),
                Some(Ok(bytes)) => Ok(Some((bytes, (stream, about)))),
                Some(Err(broken)) => Err(about.error(ErrorKind::Unavailable).because(broken)),
            }
        })
        .boxed()
    }

    pub(crate) async fn read(&mut self, limit: u64) -> Result<Bytes> {
        match read_all(&mut self.body, limit, self.idle).await {
            Ok(bytes) => Ok(bytes),
            Err(ReadError::TooLong) => Err(self
                .error(ErrorKind::Limit)
                .because(format!("the answer is longer than {limit} bytes"))),
            Err(ReadError::Broken(broken)) => {
                Err(self.error(ErrorKind::Unavailable).because(broken))
            }
        }
    }
}

pub(crate) enum ReadError {
    TooLong,
    Broken(super::network::Broken),
}

/// The complaint of the JSON reader without what it quotes: an answer may hold signed addresses and keys.
fn without_values(text: &str) -> String {
    match (text.find('"'), text.rfind('"')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}…{}", &text[..start], &text[end + 1..])
        }
        _ => match text
            .strip_prefix("unknown variant `")
            .and_then(|rest| rest.split_once('`'))
        {
            Some((_, rest)) => format!("unknown variant{rest}"),
            None => text.to_owned(),
        },
    }
}

/// Why a body is no JSON document, if it is none. Nothing at all is an answer, too.
pub(crate) fn not_json(body: &[u8]) -> Option<String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    let error = serde_json::from_slice::<IgnoredAny>(body).err()?;
    Some(without_values(&error.to_string()))
}

/// Reads a body to its end.
pub(crate) async fn read_all(
    body: &mut Content,
    limit: u64,
    idle: Duration,
) -> Result<Bytes, ReadError> {
    let stream = match body {
        Content::Read(bytes) if bytes.len() as u64 > limit => return Err(ReadError::TooLong),
        Content::Read(bytes) => return Ok(std::mem::take(bytes)),
        Content::Streaming(stream) => stream,
    };
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0_u64;
    while let Some(piece) = next(stream, idle).await {
        let piece = piece.map_err(ReadError::Broken)?;
        length += piece.len() as u64;
        if length > limit {
            return Err(ReadError::TooLong);
        }
        match &first {
            None => first = Some(piece),
            Some(start) => {
                if rest.is_empty() {
                    rest.extend_from_slice(start);
                }
                rest.extend_from_slice(&piece);
            }
        }
    }
    Ok(if rest.is_empty() {
        first.unwrap_or_default()
    } else {
        rest.freeze()
    })
}

async fn next(
    stream: &mut BoxStream<'static, Result<Bytes, super::network::Broken>>,
    idle: Duration,
) -> Option<Result<Bytes, super::network::Broken>> {
    tokio::time::timeout(idle, stream.next())
        .await
        .unwrap_or_else(|_| Some(Err(super::network::Broken::silent(idle))))
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
