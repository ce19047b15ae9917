//! Dry runs: requests that would change something are written down instead of sent.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

use super::{Body, Request, address};

/// A request that was not sent, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Recorded {
    /// The operation's id.
    pub operation: &'static str,
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers, with those that the client adds; values of secret ones are `[redacted]`.
    pub headers: Vec<(String, String)>,
    /// The body if it is JSON, with the values of secret fields replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The length of the body in bytes.
    pub length: u64,
}

/// What a recording client has written down. Clones share the list.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Recorded>>>);

impl Recorder {
    /// The requests so far, in the order in which they would have been sent.
    pub fn requests(&self) -> Vec<Recorded> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn record(&self, request: &Request, added: &http::HeaderMap) {
        let mut headers: Vec<(String, String)> = Vec::new();
        if request.credentials {
            // The token is fetched when a request is sent, and none is.
            headers.push(("authorization".to_owned(), "Bearer [redacted]".to_owned()));
        }
        // What the request says itself wins over what the client would add, as on the wire.
        let added = added
            .iter()
            .filter(|(name, _)| !request.headers.contains_key(*name));
        for (name, value) in added.chain(request.headers.iter()) {
            let shown = if value.is_sensitive() || is_secret(name.as_str()) {
                "[redacted]".to_owned()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            headers.push((name.as_str().to_owned(), shown));
        }
        let body = match &request.body {
            Body::Bytes(bytes) => serde_json::from_slice(bytes).ok().map(redact),
            _ => None,
        };
        let recorded = Recorded {
            operation: request.operation.id,
            method: request.method.to_string(),
            url: redacted_url(&request.url),
            headers,
            body,
            length: request.body.len(),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(recorded);
    }
}

/// Whether a field, header or parameter of this name holds a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 12] = [
        "authorization",
        "secret",
        "password",
        "passphrase",
        "token",
        "sasuri",
        "sas_uri",
        "accountkey",
        "privatekey",
        "accesskey",
        "connectionstring",
        "signature",
    ];
    let name: String = name.to_ascii_lowercase().replace(['-', ' '], "");
    let bare = name.replace('_', "");
    PARTS
        .iter()
        .any(|part| name.contains(part) || bare.contains(part))
        && bare != "continuationtoken"
        || matches!(bare.as_str(), "sig" | "cookie" | "setcookie" | "credential")
}

/// Fields of a body that name no secret in a header: keys of accounts, as connection forms call them.
fn is_secret_field(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    is_secret(name)
        || [
            "principalkey",
            "sshkey",
            "apikey",
            "accountkey",
            "keycontent",
        ]
        .iter()
        .any(|part| bare.contains(part))
}

/// Whether this is a patch of a secret: the name is at the end of its `path`, the secret is its `value`.
fn patches_secret(object: &serde_json::Map<String, Value>) -> bool {
    object
        .get("path")
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next())
        .is_some_and(is_secret_field)
}

fn redact(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let patch = patches_secret(&object);
            Value::Object(
                object
                    .into_iter()
                    .map(|(key, value)| {
                        let hide = (is_secret_field(&key) || patch && key == "value")
                            && !value.is_object()
                            && !value.is_array()
                            && !value.is_null();
                        let value = if hide {
                            Value::from("[redacted]")
                        } else {
                            redact(value)
                        };
                        (key, value)
                    })
                    .collect(),
            )
        }
        Value::Array(entries) => Value::Array(entries.into_iter().map(redact).collect()),
        other => other,
    }
}

fn redacted_url(url: &url::Url) -> String {
    let mut out = address::shown(url);
    let mut separator = '?';
    for pair in url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let name = pair.split('=').next().unwrap_or(pair);
        out.push(separator);
        separator = '&';
        if is_secret(name) {
            out.push_str(name);
            out.push_str("=[redacted]");
        } else {
            out.push_str(pair);
        }
    }
    out
}

/// The request as text: its first line, the headers, the body.
impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        match &self.body {
            Some(body) => write!(f, "\n{body:#}"),
            None if self.length > 0 => write!(f, "\n({} bytes)", self.length),
            None => Ok(()),
        }
    }
}
