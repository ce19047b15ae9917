//! Continuation tokens.
//!
//! They hold where the last page ended and nothing of the question: filters, order and limit are for the caller to
//! repeat. Like the platform's they are opaque and contain `=` and `%`, so that a client that does not decode and encode
//! them properly is found out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::problem::{Problem, flow};

const TAIL: &str = "%3D=";

/// The last object of a page and how many came until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    id: String,
    passed: usize,
}

impl Token {
    pub(super) fn of(last: &Value, passed: usize) -> Self {
        Self {
            id: last["id"].as_str().unwrap_or_default().to_owned(),
            passed,
        }
    }

    /// Reads a token that was percent-decoded once.
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let inner = text
            .strip_suffix(TAIL)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        inner
            .as_deref()
            .and_then(|inner| inner.split_once('/'))
            .and_then(|(passed, id)| {
                Some(Self {
                    id: id.to_owned(),
                    passed: passed.parse().ok()?,
                })
            })
            .ok_or_else(|| flow::coded("1452-400", "invalid continuationToken"))
    }

    fn text(&self) -> String {
        let inner = URL_SAFE_NO_PAD.encode(format!("{}/{}", self.passed, self.id));
        format!("{inner}{TAIL}")
    }

    /// As a link has it: only what a URL does not bear is encoded, so a `=` stays.
    pub(super) fn encoded(&self) -> String {
        self.text().replace('%', "%25")
    }

    /// Where to go on. An object that was deleted meanwhile leaves its place to the next.
    pub(super) fn after(&self, found: &[Value]) -> usize {
        found
            .iter()
            .position(|document| document["id"] == self.id)
            .map_or_else(|| self.passed.saturating_sub(1), |at| at + 1)
    }
}
