//! A call of an operation: what is sent, and how its answer is read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::Operation;
use super::suite::Suite;

/// A call of an operation, to be filled in and sent.
pub(super) struct Call<'s> {
    pub(super) suite: &'s Suite<'s>,
    pub(super) operation: &'s Operation,
    pub(super) sent: Sent,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    pub(super) path: BTreeMap<String, String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<(String, Vec<u8>)>,
    /// The platform lets nobody but providers do it.
    pub(super) refused: bool,
}

/// How an answer is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Whole,
    /// Only some fields were asked for: none is required.
    Part,
    /// The bytes of a file, whatever they are.
    Bytes,
}

impl Call<'_> {
    pub(super) fn path(mut self, name: &str, value: &str) -> Self {
        self.sent.path.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(super) fn query(mut self, name: &str, value: impl std::fmt::Display + Copy) -> Self {
        self.sent.query.push((name.to_owned(), value.to_string()));
        self
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.sent.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(super) fn body(mut self, media: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.sent.body = Some((media.to_owned(), bytes.into()));
        self
    }

    /// Sends it; the answer must have this status, and be as the document says.
    pub(super) async fn send(self, status: u16) -> Value {
        self.sent_as("as wanted", Reading::Whole, status).await
    }

    /// Sends it where only some fields are asked for.
    pub(super) async fn part(self, status: u16) -> Value {
        self.sent_as("as wanted", Reading::Part, status).await
    }

    /// Sends it where the answer is the bytes of a file.
    pub(super) async fn bytes(self, status: u16) {
        self.sent_as("as wanted", Reading::Bytes, status).await;
    }

    /// Sends what the platform lets only providers do: refused here as there.
    pub(super) async fn refused(mut self, status: u16) {
        self.sent.refused = true;
        self.sent_as("of a provider", Reading::Whole, status).await;
    }

    async fn sent_as(self, what: &str, reading: Reading, status: u16) -> Value {
        let Self {
            suite,
            operation,
            sent,
        } = self;
        let answer = suite.send(operation, &sent).await;
        assert_eq!(answer.status, status, "{}: {}", operation.id, answer.text);
        suite.check(operation, what, reading, &answer);
        if status < 300 || sent.refused {
            if status < 300 {
                suite.check_request(operation, &sent);
            }
            let mut taken = suite.taken.borrow_mut();
            taken.entry(operation.id.clone()).or_insert(sent);
        }
        serde_json::from_str(&answer.text).unwrap_or(Value::Null)
    }
}
