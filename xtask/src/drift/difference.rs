//! One difference between our document and Adobe's.

use std::fmt;

use serde_json::Value;

/// What Adobe's document does to ours.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// Only Adobe's has it.
    Added,
    /// Only ours has it.
    Removed,
    /// Both have it, and not alike.
    Changed,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        })
    }
}

/// A difference, and what would have to be done to our document.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    /// Whether a client that was generated from our document notices.
    pub(super) breaking: bool,
    /// `GET /batches/{BATCH_ID}`.
    pub(super) operation: String,
    /// `response 200 .status`; empty for the operation itself.
    pub(super) place: String,
    /// What differs there: `type`, `enum value`.
    pub(super) what: &'static str,
    pub(super) ours: String,
    pub(super) theirs: String,
    /// Makes ours like Adobe's.
    pub(super) edits: Vec<Edit>,
}

impl Difference {
    /// The path of the difference and what differs there, which is what accepted entries are compared with.
    pub(super) fn text(&self) -> String {
        let mut text = self.operation.clone();
        for part in [&self.place, self.what, &self.values()] {
            if !part.is_empty() {
                text.push(' ');
                text.push_str(part);
            }
        }
        text
    }

    fn values(&self) -> String {
        match self.kind {
            Kind::Added => self.theirs.clone(),
            Kind::Removed => self.ours.clone(),
            Kind::Changed => format!("{} -> {}", self.ours, self.theirs),
        }
    }
}

/// A change of one place in our document, which a JSON pointer names.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
    /// The entry `key` of the object there gets a value.
    Put {
        at: String,
        key: String,
        value: Value,
    },
    /// The list there gets one more element.
    Push { at: String, value: Value },
    /// What is there goes away.
    Drop { at: String },
}
