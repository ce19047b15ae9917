//! Failures below HTTP, told apart and put into words without the address in them.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

/// What failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// No connection came about, so the request was not processed.
    Connect,
    /// The server's certificate is not trusted.
    Certificate,
    /// The connection broke after the request, or a part of it, was sent.
    Broken,
    /// Nothing moved for too long.
    Silent,
    /// The request could not be built; nothing was sent.
    Build,
}

/// A failure below HTTP, with the causes flattened into one line.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) what: What,
    text: String,
}

impl Broken {
    pub(crate) fn new(what: What, text: impl Into<String>) -> Self {
        Self {
            what,
            text: text.into(),
        }
    }

    pub(crate) fn silent(limit: Duration) -> Self {
        Self::new(
            What::Silent,
            format!("nothing arrived for {} s", limit.as_secs_f32()),
        )
    }

    pub(crate) fn from_reqwest(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let certificate = certificate_error(&error);
        let what = if certificate.is_some() {
            What::Certificate
        } else if error.is_builder() {
            What::Build
        } else if error.is_connect() {
            What::Connect
        } else {
            What::Broken
        };
        let lead = match what {
            What::Certificate => "the server's certificate is not trusted",
            What::Connect => "no connection",
            What::Build => "the request could not be built",
            _ => "the connection broke",
        };
        let detail = certificate.unwrap_or_else(|| flatten(&error));
        Self::new(what, format!("{lead}: {detail}"))
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Broken {}

/// The chain in one line. A layer that another one repeats is left out, and so are the generic ones at the top.
fn flatten(error: &dyn StdError) -> String {
    const GENERIC: [&str; 4] = [
        "error sending request",
        "client error (Connect)",
        "client error (SendRequest)",
        "request or response body error",
    ];
    let mut layers: Vec<String> = Vec::new();
    for layer in std::iter::successors(Some(error), |&error| error.source()) {
        let text = layer.to_string();
        if GENERIC.contains(&text.as_str()) {
            continue;
        }
        if let Some(last) = layers.last_mut() {
            if last.contains(&text) {
                continue;
            }
            if text.contains(last.as_str()) {
                *last = text;
                continue;
            }
        }
        layers.push(text);
    }
    if layers.is_empty() {
        "no further cause is known".to_owned()
    } else {
        layers.join(": ")
    }
}

fn certificate_error(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut layer = Some(error);
    while let Some(current) = layer {
        if let Some(rustls::Error::InvalidCertificate(reason)) =
            current.downcast_ref::<rustls::Error>()
        {
            return Some(reason.to_string());
        }
        // An io::Error's source is the source of what it holds: what it holds itself must be asked for.
        let inner = current
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        layer = match inner {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => current.source(),
        };
    }
    None
}
