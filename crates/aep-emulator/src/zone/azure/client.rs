//! Requests to Azurite: a connection each, on the loopback.

use std::net::SocketAddr;

use axum::body::Body;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpStream;

use super::{Account, sign};
use crate::zone::ZoneError;

const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// Largest answer that is read into memory.
const ANSWER: usize = 64 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Client {
    addr: SocketAddr,
}

/// A request about a container or a blob in it.
#[derive(Debug, Default)]
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) container: &'a str,
    pub(super) key: &'a str,
    pub(super) query: Vec<(&'a str, String)>,
    /// `x-ms-` headers.
    pub(super) headers: Vec<(&'a str, String)>,
    pub(super) body: Body,
    pub(super) length: u64,
}

fn failed(error: &(dyn std::error::Error + 'static)) -> ZoneError {
    ZoneError::Azure(format!("Azurite could not be reached: {error}"))
}

impl Client {
    pub(super) fn new(addr: SocketAddr) -> Self {
        Self { addr }
    }

    /// The address of an account.
    pub(super) fn url(&self, account: &str) -> String {
        format!("http://{}/{account}", self.addr)
    }

    /// Sends a request that is signed with the account's key.
    pub(super) async fn send(
        &self,
        account: &Account,
        call: Call<'_>,
    ) -> Result<Response<Incoming>, ZoneError> {
        let mut path = format!("/{}/{}", account.name, call.container);
        if !call.key.is_empty() {
            path.push('/');
            path.extend(utf8_percent_encode(call.key, PATH));
        }
        let mut headers = call.headers;
        let now = jiff::Timestamp::now();
        headers.push((
            "x-ms-date",
            now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        ));
        headers.push(("x-ms-version", sign::VERSION.to_owned()));
        headers.sort();
        let signature = sign::shared_key(
            account,
            call.method.as_str(),
            &path,
            &call.query,
            &headers,
            call.length,
        )?;
        let mut uri = path;
        for (at, (name, value)) in call.query.iter().enumerate() {
            uri.push(if at == 0 { '?' } else { '&' });
            uri.push_str(name);
            uri.push('=');
            uri.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
        }
        let mut request = Request::builder()
            .method(call.method)
            .uri(uri)
            .header(header::HOST, self.addr.to_string())
            .header(header::CONTENT_LENGTH, call.length)
            .header(header::AUTHORIZATION, signature);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(call.body).map_err(|error| failed(&error))?;
        let stream = TcpStream::connect(self.addr)
            .await
            .map_err(|error| failed(&error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| failed(&error))?;
        tokio::spawn(async move {
            let _ = connection.await;
        });
        sender
            .send_request(request)
            .await
            .map_err(|error| failed(&error))
    }

    /// [`Client::send`] for an answer that is read whole. Statuses beside those in `fine` are errors.
    pub(super) async fn ask(
        &self,
        account: &Account,
        call: Call<'_>,
        fine: &[u16],
    ) -> Result<(StatusCode, http::HeaderMap, String), ZoneError> {
        let (parts, body) = self.send(account, call).await?.into_parts();
        let body = http_body_util::Limited::new(body, ANSWER).collect().await;
        let body = body.map_err(|error| ZoneError::Azure(error.to_string()))?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        if fine.contains(&parts.status.as_u16()) {
            return Ok((parts.status, parts.headers, text));
        }
        Err(ZoneError::Azure(format!(
            "Azurite answered {}: {text}",
            parts.status
        )))
    }
}
