//! What would have to be changed in our document, as a patch for a person to look at.
//!
//! A change is proposed only if the document still holds afterwards, the difference is gone and no new one came: what
//! is shared by several operations may be right in one of them and wrong in another.

use std::collections::BTreeMap;

use serde_json::Value;
use similar::TextDiff;

use super::difference::{Difference, Edit};
use super::{edit, operations};
use crate::codegen::load::Document;
use crate::codegen::normal::formed;

/// A patch, and what it leaves.
pub(super) struct Proposal {
    /// A unified diff; empty if there is nothing to do.
    pub(super) patch: String,
    /// How many differences it settles.
    pub(super) settled: usize,
    /// The differences that it does not settle, and why.
    pub(super) left: Vec<String>,
}

/// The differences that a document has, and what settles each.
type Known = BTreeMap<String, Vec<Edit>>;

/// Proposes changes of `ours` that settle the `open` differences from `theirs`.
pub(super) fn propose(ours: &Document, theirs: &Value, open: &[&Difference]) -> Proposal {
    let mut text = ours.text.clone();
    let mut known = differences(&ours.value, theirs);
    let before = known.len();
    let mut left = Vec::new();
    for difference in open {
        let name = difference.text();
        // gone when it was settled together with another one
        if let Some(edits) = known.get(&name) {
            match settle(ours, &text, theirs, &name, edits, &known) {
                Ok((new, now)) => (text, known) = (new, now),
                Err(why) => left.push(format!("{name}: {why}")),
            }
        }
    }
    let file = format!("spec/{}.yaml", ours.api);
    let patch = TextDiff::from_lines(&ours.text, &text)
        .unified_diff()
        .header(&format!("a/{file}"), &format!("b/{file}"))
        .to_string();
    Proposal {
        patch,
        settled: before - known.len(),
        left,
    }
}

fn differences(ours: &Value, theirs: &Value) -> Known {
    let found = operations::compare(ours, theirs).into_iter();
    found
        .map(|difference| (difference.text(), difference.edits))
        .collect()
}

/// The text with the changes, and the differences that it has.
fn settle(
    ours: &Document,
    text: &str,
    theirs: &Value,
    name: &str,
    edits: &[Edit],
    known: &Known,
) -> Result<(String, Known), String> {
    if edits.is_empty() {
        return Err("to be written by hand".to_owned());
    }
    let mut new = text.to_owned();
    for edit in edits {
        new = edit::apply(&new, edit)?;
    }
    let document = Document::parse(&ours.api, &ours.file, &new)
        .and_then(|document| formed(document, None))
        .map_err(|error| error.to_string())?;
    let now = differences(&document.document.value, theirs);
    if let Some(other) = now.keys().find(|other| !known.contains_key(*other)) {
        return Err(format!("it would bring `{other}`"));
    }
    if now.contains_key(name) {
        return Err("it would still be there".to_owned());
    }
    Ok((new, now))
}
