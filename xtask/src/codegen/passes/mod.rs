//! What progenitor cannot take, or takes badly, is mended here, before it sees the document.
//!
//! A file per pass: the reason at its head, a test that shows a document before and after, and a count of
//! the places that it changed. The counts of every document are kept in `spec/passes.lock`, so a pass
//! that stops firing shows up in review.

mod bounds;
mod examples;
mod faces;
mod headers;
mod inline;
mod lenient;
mod media_types;
mod newtypes;
mod open;
mod raw;
mod read_as;
mod responses;
mod unions;
mod unused;

use serde_json::Value;

/// A pass: changes the document and says in how many places.
pub(crate) type Pass = fn(&mut Value) -> usize;

/// The passes, in the order in which they have to run.
///
/// - `inline` first: the others look at operations only, not behind references.
/// - `examples` early: an example may look like a reference or a schema.
/// - `headers` before `faces`: a header named `Content-Type` goes before operations are copied.
/// - `faces`, then `media_types`, then `responses`: each needs the one before it to have settled.
/// - `unused` after all that take away reasons to need a schema.
/// - `raw` and `unions` before `lenient`, `newtypes` and `open`: no work is done on what goes away.
/// - `lenient` before `newtypes`: an enum that was opened is a string that needs no name.
pub(crate) const PASSES: &[(&str, Pass)] = &[
    ("inline", inline::run),
    ("examples", examples::run),
    ("headers", headers::run),
    ("faces", faces::run),
    ("media_types", media_types::run),
    ("responses", responses::run),
    ("read_as", read_as::run),
    ("raw", raw::run),
    ("unions", unions::run),
    ("unused", unused::run),
    ("bounds", bounds::run),
    ("lenient", lenient::run),
    ("newtypes", newtypes::run),
    ("open", open::run),
];

/// Runs all passes and returns how often each of them fired.
pub(crate) fn run_all(document: &mut Value) -> Vec<(&'static str, usize)> {
    PASSES
        .iter()
        .map(|(name, pass)| (*name, pass(document)))
        .collect()
}

/// Runs one pass on `before` and compares document and count.
#[cfg(test)]
#[track_caller]
fn expect(pass: Pass, before: Value, count: usize, after: &Value) {
    let mut document = before;
    assert_eq!(pass(&mut document), count, "count");
    assert_eq!(
        serde_json::to_string_pretty(&document).unwrap_or_default(),
        serde_json::to_string_pretty(after).unwrap_or_default()
    );
    assert_eq!(pass(&mut document), 0, "a second run changes nothing");
}
