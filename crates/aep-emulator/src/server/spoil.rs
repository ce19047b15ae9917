//! Answers that are spoilt on their way.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use http::{HeaderValue, header};
use http_body::Body as _;

use super::Wire;
use crate::faults::Fault;

/// Time for the first half to leave before the connection ends.
const FLUSH: Duration = Duration::from_millis(50);

/// How many pieces a dripping answer is cut into.
const DROPS: usize = 16;

/// What is put in the place of every eighth byte of a corrupted answer: no JSON may hold it.
const GARBAGE: u8 = 0xff;

/// The answer as the rules leave it.
pub(super) async fn spoil(mut response: Response, fired: &[Fault], wire: &Wire) -> Response {
    for fault in fired {
        response = match fault {
            Fault::HalfResponse => halve(response, wire, End::Close).await,
            Fault::Stuck => halve(response, wire, End::Wait).await,
            Fault::Truncated => {
                whole(response, wire, |mut body| {
                    body.truncate(body.len() / 2);
                    Body::from(body)
                })
                .await
            }
            Fault::Corrupted => whole(response, wire, |body| Body::from(corrupt(&body))).await,
            Fault::Drip { ms } => {
                let pause = Duration::from_millis(*ms);
                whole(response, wire, |body| drip(body, pause)).await
            }
            _ => response,
        };
    }
    response
}

/// Makes another body of the whole one.
async fn whole(response: Response, wire: &Wire, change: impl FnOnce(Bytes) -> Body) -> Response {
    let (mut parts, body) = response.into_parts();
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, change(bytes))
        }
        Err(_) => match wire.reset().await {},
    }
}

fn corrupt(body: &[u8]) -> Bytes {
    let mut spoilt = BytesMut::from(body);
    spoilt
        .iter_mut()
        .step_by(8)
        .for_each(|byte| *byte = GARBAGE);
    spoilt.freeze()
}

fn drip(body: Bytes, pause: Duration) -> Body {
    let drop = body.len().div_ceil(DROPS).max(1);
    Body::from_stream(futures::stream::unfold(body, move |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = left.split_to(drop.min(left.len()));
        Some((Ok::<_, std::convert::Infallible>(piece), left))
    }))
}

/// What comes after the first half of an answer.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// The end of the connection.
    Close,
    /// Nothing, and the connection stays open.
    Wait,
}

/// Sends half of the body under the full Content-Length.
async fn halve(response: Response, wire: &Wire, end: End) -> Response {
    let (mut parts, body) = response.into_parts();
    let said = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let (len, body) = match body.size_hint().exact().or(said) {
        Some(len) => (len, body),
        None => match axum::body::to_bytes(body, usize::MAX).await {
            Ok(whole) => (whole.len() as u64, Body::from(whole)),
            Err(_) => match wire.reset().await {},
        },
    };
    if len == 0 {
        // An answer without a body has no middle: the client sees no head at all.
        if end == End::Wait {
            return std::future::pending().await;
        }
        match wire.reset().await {}
    }
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(len));
    let state = (body.into_data_stream(), len / 2);
    let half = futures::stream::try_unfold(state, move |(mut body, left)| async move {
        let chunk: Option<Bytes> = if left == 0 {
            None
        } else {
            body.try_next().await.map_err(std::io::Error::other)?
        };
        let Some(mut chunk) = chunk else {
            if end == End::Wait {
                return std::future::pending().await;
            }
            tokio::time::sleep(FLUSH).await;
            return Err(std::io::Error::other("a fault rule ended the answer here"));
        };
        chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - chunk.len() as u64;
        Ok(Some((chunk, (body, left))))
    });
    Response::from_parts(parts, Body::from_stream(half))
}
