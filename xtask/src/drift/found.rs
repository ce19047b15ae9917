//! A difference in the making: what differs, before it is known where.

use serde_json::Value;

use super::difference::{Edit, Kind};

/// What differs at a place.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) breaking: bool,
    pub(super) what: &'static str,
    pub(super) ours: String,
    pub(super) theirs: String,
    pub(super) edits: Vec<Edit>,
}

impl Found {
    pub(super) fn added(what: &'static str, theirs: impl Into<String>, breaking: bool) -> Self {
        Self::new(Kind::Added, what, "", theirs, breaking)
    }

    pub(super) fn removed(what: &'static str, ours: impl Into<String>, breaking: bool) -> Self {
        Self::new(Kind::Removed, what, ours, "", breaking)
    }

    pub(super) fn changed(
        what: &'static str,
        ours: impl Into<String>,
        theirs: impl Into<String>,
        breaking: bool,
    ) -> Self {
        Self::new(Kind::Changed, what, ours, theirs, breaking)
    }

    fn new(
        kind: Kind,
        what: &'static str,
        ours: impl Into<String>,
        theirs: impl Into<String>,
        breaking: bool,
    ) -> Self {
        let (ours, theirs, edits) = (ours.into(), theirs.into(), Vec::new());
        Self {
            kind,
            breaking,
            what,
            ours,
            theirs,
            edits,
        }
    }

    /// Sets the entry `key` of the object at `at`.
    pub(super) fn put(mut self, at: &str, key: &str, value: Value) -> Self {
        let (at, key) = (at.to_owned(), key.to_owned());
        self.edits.push(Edit::Put { at, key, value });
        self
    }

    pub(super) fn push(mut self, at: String, value: Value) -> Self {
        self.edits.push(Edit::Push { at, value });
        self
    }

    pub(super) fn drop(mut self, at: &str) -> Self {
        self.edits.push(Edit::Drop { at: at.to_owned() });
        self
    }
}
