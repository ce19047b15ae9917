//! What progenitor cannot take, or takes badly, is mended here, before it sees the document.
//!
//! A file per pass: the reason at its head, a test that shows a document before and after, and a count of
//! the places that it changed. The counts of every document are kept in `spec/passes.lock`, so a pass
//! that stops firing shows up in review.

mod bounds;
mod circles;
mod enums;
mod examples;
mod faces;
mod headers;
mod inline;
mod lenient;
mod media_types;
mod newtypes;
mod open;
mod openapi_2;
mod openapi_31;
mod parameters;
mod places;
mod raw;
mod read_as;
mod responses;
mod split;
mod structure;
mod unions;
mod unused;

pub(crate) use headers::set_by_transport;
pub(crate) use places::is_named;
use serde_json::{Map, Value};

/// A pass: changes the document and says in how many places.
pub(crate) type Pass = fn(&mut Value) -> usize;

/// What brings a document to OpenAPI 3.0, before an overlay or a check looks at it.
pub(crate) const FORMS: &[(&str, Pass)] = &[
    ("openapi_2", openapi_2::run),
    ("openapi_31", openapi_31::run),
];

/// The passes, in the order in which they have to run.
///
/// - `places` before all: it resolves what `inline` takes away.
/// - `inline` next: the others look at operations only, not behind references.
/// - `examples` early: an example may look like a reference or a schema.
/// - `structure` before all that look into schemas, `parameters` before all that look at arguments.
/// - `headers` before `faces`: a header named `Content-Type` goes before operations are copied.
/// - `faces`, then `media_types`, then `responses`: each needs the one before it to have settled.
/// - `raw` before `unions`: a union that is raw is not merged.
/// - `unused` after all that take away reasons to need a schema.
/// - `circles` and `unions` before `split`, `lenient`, `newtypes` and `open`: no work is done on what goes away.
/// - `split` before `lenient`: what a request needs is copied before it is loosened.
/// - `lenient` before `newtypes`: an enum that was opened is a string that needs no name.
pub(crate) const PASSES: &[(&str, Pass)] = &[
    ("places", places::run),
    ("inline", inline::run),
    ("examples", examples::run),
    ("structure", structure::run),
    ("parameters", parameters::run),
    ("headers", headers::run),
    ("faces", faces::run),
    ("media_types", media_types::run),
    ("responses", responses::run),
    ("read_as", read_as::run),
    ("raw", raw::run),
    ("unions", unions::run),
    ("circles", circles::run),
    ("enums", enums::run),
    ("unused", unused::run),
    ("split", split::run),
    ("bounds", bounds::run),
    ("lenient", lenient::run),
    ("newtypes", newtypes::run),
    ("open", open::run),
];

/// How often each pass fired, in their order.
pub(crate) type Counts = Vec<(&'static str, usize)>;

/// What the passes did to a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done {
    /// How often each of them fired.
    pub(crate) counts: Counts,
    /// Where a type became any JSON value, and why.
    pub(crate) json: Vec<(String, String)>,
}

/// Brings a document to OpenAPI 3.0.
pub(crate) fn run_forms(document: &mut Value) -> Counts {
    FORMS
        .iter()
        .map(|(name, pass)| (*name, pass(document)))
        .collect()
}

/// Runs all passes on a document in the form of OpenAPI 3.0.
pub(crate) fn run_all(document: &mut Value) -> Done {
    let mut done = Done::default();
    for (name, pass) in PASSES {
        done.counts.push((name, pass(document)));
        // before a schema is copied, and after those that nobody uses are gone
        if *name == "unused" {
            marks(document, "#", &mut done.json);
        }
    }
    done
}

/// The places that [`any`] marked.
fn marks(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            if let Some(why) = fields.get(JSON).and_then(Value::as_str) {
                found.push((place.to_owned(), why.to_owned()));
            }
            for (key, below) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                marks(below, &format!("{place}/{key}"), found);
            }
        }
        Value::Array(elements) => {
            for (at, below) in elements.iter().enumerate() {
                marks(below, &format!("{place}/{at}"), found);
            }
        }
        _ => {}
    }
}

/// Takes `schema` for any JSON value, and notes why: what is noted is counted.
pub(crate) fn any(schema: &mut Value, why: &str) {
    let description = schema
        .get("description")
        .filter(|text| text.is_string())
        .cloned();
    let mut fields = Map::from_iter([(JSON.to_owned(), Value::from(why))]);
    if let Some(description) = description {
        fields.insert("description".to_owned(), description);
    }
    *schema = Value::Object(fields);
}

/// The mark that [`any`] leaves.
pub(crate) const JSON: &str = "x-aep-json";

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
