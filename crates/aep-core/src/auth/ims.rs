//! The token call of IMS: OAuth server-to-server, `POST /ims/token/v3`.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::transport::{Operation, Request, Safety, Wire, address};
use crate::{Error, ErrorKind, Result, Secret, Settings};

const OPERATION: Operation = Operation {
    api: "ims",
    id: "getToken",
    safety: Safety::Repeatable,
};

/// How large the answer may be, in bytes. Tokens have one or two thousand.
const ANSWER: u64 = 1024 * 1024;

/// The life of a token whose answer does not say it. A refused token is renewed anyway.
const UNSAID: Duration = Duration::from_hours(1);

/// Above this a life is in milliseconds: 24 hours are 86,400 s or 86,400,000 ms, and nothing lies between.
const LONGEST_IN_SECONDS: f64 = 1_000_000.0;

/// What the token call needs.
pub(super) struct Ims {
    url: Url,
    client_id: String,
    secret: Secret<String>,
    scopes: String,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(deserialize_with = "secret")]
    access_token: Secret<String>,
    #[serde(default)]
    expires_in: Option<serde_json::Value>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

impl Ims {
    pub(super) fn new(settings: &Settings, secret: &Secret<String>, scopes: &[String]) -> Self {
        Self {
            url: settings.ims_url.clone(),
            client_id: settings.client_id.clone(),
            secret: secret.clone(),
            scopes: scopes.join(","),
        }
    }

    /// Asks for a token: the token and how long it lives.
    pub(super) async fn fetch(&self, wire: &Wire) -> Result<(Secret<String>, Duration)> {
        let url = address::join(&self.url, &["ims", "token", "v3"])?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut request = Request::new(OPERATION, Method::POST, url)
            .header(
                CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            )
            .body(Bytes::from(self.form()).into())
            .doing("get an access token")
            .about("host", &host)
            .buffered(ANSWER)
            .expecting_json();
        request.secret = Some(self.secret.clone());
        let response = wire
            .exchange(&request, &HeaderMap::new(), None)
            .await
            .map_err(refused)?;
        let answer: Answer = response.json().await?;
        if answer.access_token.expose().is_empty() {
            return Err(request
                .error(ErrorKind::Protocol)
                .because("the token in the answer is empty"));
        }
        Ok((
            answer.access_token,
            answer.expires_in.as_ref().and_then(life).unwrap_or(UNSAID),
        ))
    }
}

impl Ims {
    fn form(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.secret.expose())
            .append_pair("scope", &self.scopes)
            .finish()
    }
}

/// IMS refuses a client with 400 as well as 401.
fn refused(error: Error) -> Error {
    match error.status() {
        Some(400 | 401 | 403) => error.of_kind(ErrorKind::Unauthorized),
        _ => error,
    }
}

/// `expires_in`, a number or a text, in seconds or, as the retired token call has it, milliseconds.
fn life(value: &serde_json::Value) -> Option<Duration> {
    let number = value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    let seconds = if number > LONGEST_IN_SECONDS {
        number / 1_000.0
    } else {
        number
    };
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_unit_of_a_life_is_found_out() {
        for (value, seconds) in [
            (json!(86_399), Some(86_399)),
            (json!("86399"), Some(86_399)),
            (json!(86_399_992_u64), Some(86_399)),
            (json!(1_000_000), Some(1_000_000)),
            (json!(0), Some(0)),
            (json!(-5), None),
            (json!("soon"), None),
            (json!(null), None),
            (json!(1e300), None),
        ] {
            assert_eq!(life(&value).map(|life| life.as_secs()), seconds, "{value}");
        }
    }
}
