//! Two documents, operation by operation.

use serde_json::{Value, json};

use super::difference::{Difference, Edit, Kind};
use super::found::Found;
use super::parameters::parameters;
use super::schemas::{Comparison, Reader};
use super::shape::{Shape, Source, token};
use crate::codegen::document::{Operation, operations};

/// Everything in which `theirs` differs from `ours`, in the order of our document.
pub(super) fn compare(ours: &Value, theirs: &Value) -> Vec<Difference> {
    let mut left: Vec<_> = operations(theirs).into_iter().map(Some).collect();
    let mut found = Vec::new();
    for our in operations(ours) {
        let key = key(&our);
        let their = left
            .iter_mut()
            .find(|their| their.as_ref().is_some_and(|their| self::key(their) == key));
        if let Some(their) = their.and_then(Option::take) {
            found.extend(operation(ours, theirs, &our, &their));
        } else {
            let at = format!("#/paths/{}/{}", token(our.path), our.method);
            let mut difference = whole(Kind::Removed, &our, true);
            difference.edits.push(Edit::Drop { at });
            found.push(difference);
        }
    }
    for their in left.into_iter().flatten() {
        found.push(whole(Kind::Added, &their, false));
    }
    found
}

fn name(operation: &Operation<'_>) -> String {
    format!("{} {}", operation.method.to_uppercase(), operation.path)
}

/// What makes an operation the same: names of placeholders and a slash at the end do not.
fn key(operation: &Operation<'_>) -> (String, String) {
    let mut path = String::new();
    for part in operation.path.trim_end_matches('/').split('{') {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        path.push_str(rest);
        path.push('{');
    }
    (operation.method.to_owned(), path)
}

fn whole(kind: Kind, operation: &Operation<'_>, breaking: bool) -> Difference {
    Difference {
        kind,
        breaking,
        operation: name(operation),
        place: String::new(),
        what: "operation",
        ours: String::new(),
        theirs: String::new(),
        edits: Vec::new(),
    }
}

fn operation<'a>(
    ours: &'a Value,
    theirs: &'a Value,
    our: &Operation<'a>,
    their: &Operation<'a>,
) -> Vec<Difference> {
    let mut comparison = Comparison {
        ours,
        theirs,
        operation: name(our),
        found: Vec::new(),
    };
    if our.path.ends_with('/') != their.path.ends_with('/') {
        comparison.note("", Found::changed("path", our.path, their.path, true));
    }
    parameters(&mut comparison, our, their);
    let body = |document: &'a Value, operation: &Operation<'a>| {
        source(operation)
            .below("requestBody")
            .map(|body| body.resolved(document))
    };
    let (our_body, their_body) = (body(ours, our), body(theirs, their));
    request(&mut comparison, our, our_body, their_body);
    responses(&mut comparison, our, their);
    comparison.found
}

/// The operation itself.
pub(super) fn source<'a>(operation: &Operation<'a>) -> Source<'a> {
    Source {
        at: format!("#/paths/{}/{}", token(operation.path), operation.method),
        value: operation.value,
    }
}

fn request<'a>(
    comparison: &mut Comparison<'a>,
    operation: &Operation<'a>,
    our: Option<Source<'a>>,
    their: Option<Source<'a>>,
) {
    let required = |body: &Source<'a>| body.value["required"] == true;
    match (our, their) {
        (Some(our), Some(their)) => {
            let (was, is) = (required(&our), required(&their));
            if was != is {
                let word = |required: bool| if required { "required" } else { "optional" };
                let found = Found::changed("required", word(was), word(is), is);
                comparison.note("request", found.put(&our.at, "required", json!(is)));
            }
            contents(comparison, "request", Reader::Platform, &our, &their);
        }
        (Some(our), None) => {
            comparison.note("request", Found::removed("body", "", true).drop(&our.at));
        }
        (None, Some(their)) => {
            let at = format!("#/paths/{}/{}", token(operation.path), operation.method);
            let value = with_contents(
                comparison.theirs,
                &their,
                json!({"required": required(&their)}),
            );
            let found = Found::added("body", "", required(&their));
            comparison.note("request", found.put(&at, "requestBody", value));
        }
        (None, None) => {}
    }
}

/// A body with the media types and schemas of another one, without its words.
fn with_contents(document: &Value, body: &Source<'_>, mut value: Value) -> Value {
    for (media_type, content) in body.below("content").iter().flat_map(Source::entries) {
        let schemas = Vec::from_iter(content.below("schema"));
        let schema = Shape::of(document, &schemas).plain(document);
        value["content"][media_type] = json!({"schema": schema});
    }
    value
}

fn responses<'a>(comparison: &mut Comparison<'a>, our: &Operation<'a>, their: &Operation<'a>) {
    let all = |operation: &Operation<'a>| {
        let responses = source(operation).below("responses");
        responses
            .map(|responses| responses.entries())
            .unwrap_or_default()
    };
    let mut theirs = all(their);
    for (status, listed) in all(our) {
        let place = format!("response {status}");
        let Some(at) = theirs.iter().position(|(their, _)| *their == status) else {
            let breaking = status.starts_with('2');
            comparison.note(
                &place,
                Found::removed("status", "", breaking).drop(&listed.at),
            );
            continue;
        };
        let their = theirs.remove(at).1.resolved(comparison.theirs);
        let our = listed.resolved(comparison.ours);
        contents(comparison, &place, Reader::Client, &our, &their);
    }
    for (status, their) in theirs {
        let their = their.resolved(comparison.theirs);
        let value = with_contents(comparison.theirs, &their, json!({"description": ""}));
        // a success that nobody expects is not read
        let found = Found::added("status", "", status.starts_with('2'));
        let at = format!("#/paths/{}/{}/responses", token(our.path), our.method);
        comparison.note(&format!("response {status}"), found.put(&at, status, value));
    }
}

/// Media types, and the schema of each; two that are called differently are compared if there is no other.
fn contents<'a>(
    comparison: &mut Comparison<'a>,
    place: &str,
    reader: Reader,
    our: &Source<'a>,
    their: &Source<'a>,
) {
    let all = |body: &Source<'a>| {
        body.below("content")
            .map(|content| content.entries())
            .unwrap_or_default()
    };
    let (ours, mut theirs) = (all(our), all(their));
    let several = ours.len() > 1;
    if ours.is_empty() || theirs.is_empty() {
        if let Some((_, content)) = theirs.first() {
            let shape = Shape::of(comparison.theirs, &Vec::from_iter(content.below("schema")));
            let value = with_contents(comparison.theirs, their, json!({}));
            let found = Found::added("body", shape.words(), false);
            comparison.note(
                place,
                found.put(&our.at, "content", value["content"].clone()),
            );
        } else if let Some((_, content)) = ours.first() {
            let shape = Shape::of(comparison.ours, &Vec::from_iter(content.below("schema")));
            let at = format!("{}/content", our.at);
            comparison.note(place, Found::removed("body", shape.words(), true).drop(&at));
        }
        return;
    }
    let mut unmatched = Vec::new();
    for (media_type, our) in ours {
        if let Some(at) = theirs.iter().position(|(their, _)| same(their, media_type)) {
            let their = theirs.remove(at).1;
            let place = if several {
                format!("{place} {media_type}")
            } else {
                place.to_owned()
            };
            media(comparison, &place, reader, &our, &their);
        } else {
            unmatched.push((media_type, our));
        }
    }
    if let ([(_, our)], [(_, their)]) = (unmatched.as_slice(), theirs.as_slice()) {
        media(comparison, place, reader, our, their);
    }
    for (media_type, our) in unmatched {
        comparison.note(
            place,
            Found::removed("media type", media_type, true).drop(&our.at),
        );
    }
    for (media_type, their) in theirs {
        let schemas = Vec::from_iter(their.below("schema"));
        let schema = Shape::of(comparison.theirs, &schemas).plain(comparison.theirs);
        let found = Found::added("media type", media_type, false);
        let at = format!("{}/content", our.at);
        comparison.note(place, found.put(&at, media_type, json!({"schema": schema})));
    }
}

/// Whether two media types are the same; spaces and case do not count.
fn same(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.replace(' ', "").to_ascii_lowercase();
    bare(one) == bare(other)
}

fn media<'a>(
    comparison: &mut Comparison<'a>,
    place: &str,
    reader: Reader,
    our: &Source<'a>,
    their: &Source<'a>,
) {
    let schema = |media: &Source<'a>| Vec::from_iter(media.below("schema"));
    comparison.schemas(place, reader, &schema(our), &schema(their));
}
