//! Two schemas, field by field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::difference::Difference;
use super::found::Found;
use super::shape::{Shape, Source, join};
use crate::codegen::document::resolve;

/// Who reads what is described.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The platform: parameters and request bodies.
    Platform,
    /// The client, which takes more than the document says: any field may be missing, enums are open.
    Client,
}

/// The comparison of one operation.
pub(super) struct Comparison<'a> {
    pub(super) ours: &'a Value,
    pub(super) theirs: &'a Value,
    pub(super) operation: String,
    pub(super) found: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    pub(super) fn note(&mut self, place: &str, found: Found) {
        let Found {
            kind,
            mut breaking,
            what,
            ours,
            theirs,
            edits,
        } = found;
        // failures are read as they come
        breaking &= !place.starts_with("response ") || place.starts_with("response 2");
        self.found.push(Difference {
            kind,
            breaking,
            operation: self.operation.clone(),
            place: place.to_owned(),
            what,
            ours,
            theirs,
            edits,
        });
    }

    /// Compares what fits `ours` with what fits `theirs`.
    pub(super) fn schemas(
        &mut self,
        place: &str,
        reader: Reader,
        ours: &[Source<'a>],
        theirs: &[Source<'a>],
    ) {
        self.below(place, reader, ours, theirs, &mut Vec::new());
    }

    fn below(
        &mut self,
        place: &str,
        reader: Reader,
        ours: &[Source<'a>],
        theirs: &[Source<'a>],
        open: &mut Vec<(String, String)>,
    ) {
        let our = Shape::of(self.ours, ours);
        let their = Shape::of(self.theirs, theirs);
        let pair = (our.at.clone(), their.at.clone());
        // a schema that has itself below is compared once
        if open.contains(&pair) {
            return;
        }
        if let Some(arm) = our.arm(self.ours, &their) {
            self.note(
                place,
                Found::changed("kinds", our.arms.len().to_string(), "1", false),
            );
            open.push(pair);
            self.below(place, reader, &[arm], theirs, open);
            open.pop();
            return;
        }
        self.types(place, reader, &our, &their);
        self.values(place, reader, &our, &their);
        open.push(pair);
        if our.has("array") && their.has("array") {
            self.below(&step(place, "[]"), reader, &our.items, &their.items, open);
        }
        if our.has("object") && their.has("object") {
            self.fields(place, reader, &our, &their, open);
        }
        open.pop();
    }

    fn types(&mut self, place: &str, reader: Reader, our: &Shape<'a>, their: &Shape<'a>) {
        let fits = match reader {
            Reader::Platform => {
                their.is_any() || (!our.is_any() && our.types.is_subset(&their.types))
            }
            Reader::Client => {
                our.is_any() || (!their.is_any() && their.types.is_subset(&our.types))
            }
        };
        if our.types != their.types {
            let words = |shape: &Shape<'_>| {
                if shape.is_any() {
                    "any".to_owned()
                } else {
                    join(&shape.types)
                }
            };
            let mut found = Found::changed("type", words(our), words(their), !fits);
            let plain = their.plain(self.theirs);
            if !our.composed {
                const OF_ONE_TYPE: [&str; 7] = [
                    "type",
                    "format",
                    "enum",
                    "items",
                    "properties",
                    "required",
                    "additionalProperties",
                ];
                let written = resolve(self.ours, &our.at);
                for key in OF_ONE_TYPE {
                    if plain.get(key).is_none() && written.is_some_and(|own| own.get(key).is_some())
                    {
                        found = found.drop(&format!("{}/{key}", our.at));
                    }
                }
                for (key, value) in plain.as_object().into_iter().flatten() {
                    found = found.put(&our.at, key, value.clone());
                }
            }
            self.note(place, found);
        } else if our.formats != their.formats {
            let words = |shape: &Shape<'_>| {
                if shape.formats.is_empty() {
                    "none".to_owned()
                } else {
                    join(&shape.formats)
                }
            };
            // a format of text is no more than a hint, but bytes are no text, and numbers have sizes
            let matters = |shape: &Shape<'_>| shape.formats.contains("binary");
            let wide = |shape: &Shape<'_>| !shape.formats.contains("int32");
            let narrower = our.has("integer")
                && match reader {
                    Reader::Platform => wide(our) && !wide(their),
                    Reader::Client => !wide(our) && wide(their),
                };
            let breaking = narrower || matters(our) != matters(their);
            let mut found = Found::changed("format", words(our), words(their), breaking);
            if !our.composed {
                found = match Vec::from_iter(&their.formats)[..] {
                    [] => found.drop(&format!("{}/format", our.at)),
                    [format] => found.put(&our.at, "format", json!(format)),
                    _ => found,
                };
            }
            self.note(place, found);
        }
    }

    fn values(&mut self, place: &str, reader: Reader, our: &Shape<'a>, their: &Shape<'a>) {
        let at = format!("{}/enum", our.at);
        let list = |values: &BTreeSet<String>| {
            let values = values
                .iter()
                .filter_map(|text| serde_json::from_str::<Value>(text).ok());
            Value::Array(values.collect())
        };
        let shown = |values: &BTreeSet<String>| {
            let values: Vec<_> = values.iter().map(|text| text.trim_matches('"')).collect();
            values.join(", ")
        };
        match (&our.values, &their.values) {
            (Some(ours), Some(theirs)) => {
                for value in theirs.difference(ours) {
                    let parsed = serde_json::from_str(value).unwrap_or_default();
                    let found = Found::added("enum value", value.trim_matches('"'), false);
                    self.note(place, found.push(at.clone(), parsed));
                }
                for value in ours.difference(theirs) {
                    let breaking = reader == Reader::Platform;
                    let found = Found::removed("enum value", value.trim_matches('"'), breaking);
                    // once the others have been added
                    self.note(place, found.put(&our.at, "enum", list(theirs)));
                }
            }
            (None, Some(theirs)) if our.types == their.types => {
                let breaking = reader == Reader::Platform;
                let found = Found::added("enum", shown(theirs), breaking);
                self.note(place, found.put(&our.at, "enum", list(theirs)));
            }
            (Some(ours), None) if our.types == their.types => {
                self.note(place, Found::removed("enum", shown(ours), false).drop(&at));
            }
            _ => {}
        }
    }

    fn fields(
        &mut self,
        place: &str,
        reader: Reader,
        our: &Shape<'a>,
        their: &Shape<'a>,
        open: &mut Vec<(String, String)>,
    ) {
        let kind = |shape: &Shape<'_>| match (shape.fields.len(), shape.others.is_empty()) {
            (0, true) => "free".to_owned(),
            (0, false) => "map".to_owned(),
            (1, _) => "1 field".to_owned(),
            (count, _) => format!("{count} fields"),
        };
        let has_fields = |shape: &Shape<'_>| !shape.fields.is_empty();
        if our.is_free() != their.is_free()
            || (has_fields(our) != has_fields(their)
                && our.others.is_empty() != their.others.is_empty())
        {
            let plain = their.plain(self.theirs);
            let mut found = Found::changed("fields", kind(our), kind(their), false);
            for key in ["properties", "additionalProperties", "required"] {
                found = match (plain.get(key), our.composed) {
                    (Some(value), false) => found.put(&our.at, key, value.clone()),
                    _ => found,
                };
            }
            self.note(place, found);
            return;
        }
        let at = our.holder.as_deref().unwrap_or(&our.at);
        for (name, theirs) in &their.fields {
            let place = step(place, &format!(".{name}"));
            if let Some(ours) = our.field(name) {
                self.required(&place, reader, name, our, their);
                self.below(&place, reader, ours, theirs, open);
            } else {
                let shape = Shape::of(self.theirs, theirs);
                let breaking = reader == Reader::Platform && their.required.contains(name);
                let value = shape.plain(self.theirs);
                let mut found = Found::added("field", shape.words(), breaking);
                found = match our.holder {
                    Some(_) => found.put(&format!("{at}/properties"), name, value),
                    None => found.put(at, "properties", json!({name: value})),
                };
                if their.required.contains(name) {
                    let mut names = our.required.clone();
                    names.insert(name.clone());
                    found = found.put(at, "required", json!(names));
                }
                self.note(&place, found);
            }
        }
        for (name, ours) in &our.fields {
            if their.field(name).is_none() {
                let place = step(place, &format!(".{name}"));
                let shape = Shape::of(self.ours, ours);
                let mut found = Found::removed("field", shape.words(), true);
                for source in ours {
                    found = found.drop(&source.at);
                }
                if our.required.contains(name) {
                    let mut names = our.required.clone();
                    names.remove(name);
                    found = with_required(found, at, &names);
                }
                self.note(&place, found);
            }
        }
        if !our.others.is_empty() && !their.others.is_empty() {
            let place = step(place, ".{}");
            self.below(&place, reader, &our.others, &their.others, open);
        }
    }

    fn required(
        &mut self,
        place: &str,
        reader: Reader,
        name: &str,
        our: &Shape<'a>,
        their: &Shape<'a>,
    ) {
        let (ours, theirs) = (our.required.contains(name), their.required.contains(name));
        if ours == theirs {
            return;
        }
        let word = |required: bool| if required { "required" } else { "optional" };
        let breaking = reader == Reader::Platform && theirs;
        let found = Found::changed("required", word(ours), word(theirs), breaking);
        let mut names = our.required.clone();
        if theirs {
            names.insert(name.to_owned());
        } else {
            names.remove(name);
        }
        let at = our.holder.as_deref().unwrap_or(&our.at);
        self.note(place, with_required(found, at, &names));
    }
}

fn with_required(found: Found, at: &str, names: &BTreeSet<String>) -> Found {
    if names.is_empty() {
        found.drop(&format!("{at}/required"))
    } else {
        found.put(at, "required", json!(names))
    }
}

/// The place one step further down: `response 200 .items` and `[]`.
fn step(place: &str, step: &str) -> String {
    let last = place.rsplit(' ').next().unwrap_or_default();
    let space = if last.starts_with(['.', '[']) {
        ""
    } else {
        " "
    };
    format!("{place}{space}{step}")
}
