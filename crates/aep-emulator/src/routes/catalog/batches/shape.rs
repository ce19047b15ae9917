//! The kinds of a batch's fields. What is stored is answered again, so it has to be what the document of Catalog says.

use serde_json::Value;

use crate::problem::{Problem, catalog};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Number,
    Truth,
    TruthOrText,
    Words,
    Map,
    One(&'static [(&'static str, Kind)]),
    Many(&'static [(&'static str, Kind)]),
}

use Kind::{Many, Map, Number, One, Text, Truth, TruthOrText, Words};

const BATCH: &[(&str, Kind)] = &[
    ("externalId", Text),
    ("started", Number),
    ("completed", Number),
    ("replay", One(REPLAY)),
    ("recordCount", Number),
    ("failedRecordCount", Number),
    ("size", Number),
    ("errors", Many(ERROR)),
    ("availableDates", One(DATES)),
    ("relatedObjects", Many(RELATED)),
    ("metrics", One(METRICS)),
    ("tags", Map),
    ("inputFormat", One(FORMAT)),
    ("failedBatchLocation", Text),
];
const REPLAY: &[(&str, Kind)] = &[
    ("predecessors", Words),
    ("predecessorsByExternalId", Words),
    ("predecessorListingType", Text),
    ("reason", Text),
];
const ERROR: &[(&str, Kind)] = &[
    ("code", Text),
    ("description", Text),
    ("rows", Words),
    ("recordCount", Number),
];
const DATES: &[(&str, Kind)] = &[("startDate", Number), ("endDate", Number)];
const RELATED: &[(&str, Kind)] = &[
    ("type", Text),
    ("id", Text),
    ("tag", Text),
    ("status", Text),
    ("errors", Many(ERROR)),
    ("metrics", One(METRICS)),
];
const METRICS: &[(&str, Kind)] = &[
    ("inputByteSize", Number),
    ("inputFileCount", Number),
    ("inputRecordCount", Number),
    ("outputByteSize", Number),
    ("outputFileCount", Number),
    ("outputRecordCount", Number),
    ("partitionCount", Number),
    ("failedRecordCount", Number),
    ("recordsRead", Number),
    ("recordsWritten", Number),
    ("recordsFailed", Number),
];
const FORMAT: &[(&str, Kind)] = &[
    ("format", Text),
    ("isMultiLineJson", Truth),
    ("delimiter", Text),
    ("quote", Text),
    ("escape", Text),
    ("nullMarker", Text),
    ("header", TruthOrText),
    ("charset", Text),
];

/// Refuses a body with a field of the wrong kind.
pub(super) fn check(body: &Value) -> Result<(), Problem> {
    match wrong("", body, BATCH) {
        None => Ok(()),
        Some(path) => Err(catalog::bad_request(&format!(
            "{path} is of the wrong kind"
        ))),
    }
}

/// The path of the first field that is not what it should be.
fn wrong(at: &str, value: &Value, fields: &[(&str, Kind)]) -> Option<String> {
    fields.iter().find_map(|(name, kind)| {
        let path = format!("{at}/{name}");
        value.get(name).and_then(|value| misfit(path, value, *kind))
    })
}

fn misfit(path: String, value: &Value, kind: Kind) -> Option<String> {
    let fits = match kind {
        Text => value.is_string(),
        Number => value.is_i64(),
        Truth => value.is_boolean(),
        TruthOrText => value.is_boolean() || value.is_string(),
        Words => value
            .as_array()
            .is_some_and(|words| words.iter().all(Value::is_string)),
        Map => value.is_object(),
        One(fields) if value.is_object() => return wrong(&path, value, fields),
        Many(fields) => match value.as_array() {
            Some(items) if items.iter().all(Value::is_object) => {
                return items.iter().find_map(|item| wrong(&path, item, fields));
            }
            _ => false,
        },
        One(_) => false,
    };
    (!fits).then_some(path)
}
