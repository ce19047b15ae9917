//! What a schema asks for, with references, compositions and alternatives folded into one shape.
//!
//! Two documents rarely cut their schemas the same way. Folded, they are alike when the same JSON fits: the fields of
//! all parts of an `allOf`, and of all arms of a `oneOf` or `anyOf`; required is what every arm requires.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::codegen::document::resolve;

/// How many levels of references and compositions are followed to find one shape.
const DEPTH: usize = 32;

/// A schema as it is written, and where.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    /// A JSON pointer, `#/components/schemas/Batch`.
    pub(super) at: String,
    pub(super) value: &'a Value,
}

impl<'a> Source<'a> {
    /// What is at `key` below.
    pub(super) fn below(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self {
            at: format!("{}/{}", self.at, token(key)),
            value,
        })
    }

    /// The elements of the list at `key` below.
    pub(super) fn elements(&self, key: &str) -> Vec<Self> {
        let list = self.value[key].as_array().into_iter().flatten();
        list.enumerate()
            .map(|(at, value)| Self {
                at: format!("{}/{}/{at}", self.at, token(key)),
                value,
            })
            .collect()
    }

    /// The entries of the object itself.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        let fields = self.value.as_object().into_iter().flatten();
        fields
            .map(|(key, value)| {
                let at = format!("{}/{}", self.at, token(key));
                (key.as_str(), Self { at, value })
            })
            .collect()
    }

    /// What stands behind the reference, and behind that one.
    pub(super) fn resolved(self, document: &'a Value) -> Self {
        let mut found = self;
        for _ in 0..DEPTH {
            let target = found.value.get("$ref").and_then(Value::as_str);
            match target.and_then(|target| Some((target, resolve(document, target)?))) {
                Some((target, value)) => {
                    let at = target.to_owned();
                    found = Self { at, value };
                }
                None => break,
            }
        }
        found
    }
}

/// A key as a part of a JSON pointer.
pub(super) fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What fits a schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape<'a> {
    /// Where the schema is written, behind references.
    pub(super) at: String,
    /// Where its fields are written: the part of an `allOf` that has some.
    pub(super) holder: Option<String>,
    /// None is any.
    pub(super) types: BTreeSet<String>,
    pub(super) formats: BTreeSet<String>,
    /// The values that are allowed, as JSON.
    pub(super) values: Option<BTreeSet<String>>,
    pub(super) required: BTreeSet<String>,
    /// The names in the order of the document, with the schemas of each.
    pub(super) fields: Vec<(String, Vec<Source<'a>>)>,
    pub(super) items: Vec<Source<'a>>,
    /// The schemas of fields that have no name of their own.
    pub(super) others: Vec<Source<'a>>,
    /// The alternatives, if it is nothing else.
    pub(super) arms: Vec<Source<'a>>,
    /// Whether it is composed of several schemas, so that nobody knows which one to change.
    pub(super) composed: bool,
}

impl<'a> Shape<'a> {
    /// The shape of what fits one of the schemas.
    pub(super) fn of(document: &'a Value, sources: &[Source<'a>]) -> Self {
        let mut shapes = sources.iter().map(|source| read(document, source, 0));
        let first = shapes.next().unwrap_or_default();
        shapes.fold(first, either)
    }

    /// The alternative that `their` looks like most, if there are some and `their` is but one thing.
    pub(super) fn arm(&self, document: &'a Value, their: &Shape<'_>) -> Option<Source<'a>> {
        if self.arms.len() < 2 || !their.arms.is_empty() || their.is_any() {
            return None;
        }
        let score = |arm: &Source<'a>| {
            let shape = Self::of(document, std::slice::from_ref(arm));
            let common = |(name, _): &&(String, _)| their.field(name).is_some();
            let shared = shape.fields.iter().filter(common).count();
            let alike = shape.types.intersection(&their.types).count();
            // of two that share as much, the one that has less besides
            (alike, shared, std::cmp::Reverse(shape.fields.len()))
        };
        let mut best: Option<(Source<'a>, _)> = None;
        for arm in &self.arms {
            let score = score(arm);
            if best.as_ref().is_none_or(|(_, known)| score > *known) {
                best = Some((arm.clone(), score));
            }
        }
        best.map(|(arm, _)| arm)
    }

    /// Whether anything fits.
    pub(super) fn is_any(&self) -> bool {
        self.types.is_empty()
    }

    pub(super) fn has(&self, kind: &str) -> bool {
        self.types.contains(kind)
    }

    /// Whether it is an object of which no field is known.
    pub(super) fn is_free(&self) -> bool {
        self.has("object") && self.fields.is_empty() && self.others.is_empty()
    }

    pub(super) fn field(&self, name: &str) -> Option<&[Source<'a>]> {
        let found = self.fields.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// In a few words.
    pub(super) fn words(&self) -> String {
        if self.is_any() {
            return "any".to_owned();
        }
        let mut text = join(&self.types);
        if !self.formats.is_empty() {
            text = format!("{text} {}", join(&self.formats));
        }
        text
    }

    /// The schema without words, as deep as it goes.
    pub(super) fn plain(&self, document: &'a Value) -> Value {
        self.plain_at(document, &mut vec![self.at.clone()])
    }

    fn plain_at(&self, document: &'a Value, open: &mut Vec<String>) -> Value {
        let mut schema = Map::new();
        if let [kind] = Vec::from_iter(&self.types)[..] {
            schema.insert("type".to_owned(), json!(kind));
        } else if !self.is_any() {
            let arms: Vec<_> = self
                .types
                .iter()
                .map(|kind| json!({"type": kind}))
                .collect();
            schema.insert("oneOf".to_owned(), Value::Array(arms));
            return Value::Object(schema);
        }
        if let [format] = Vec::from_iter(&self.formats)[..] {
            schema.insert("format".to_owned(), json!(format));
        }
        if let Some(values) = &self.values {
            let values = values
                .iter()
                .filter_map(|text| serde_json::from_str::<Value>(text).ok());
            schema.insert("enum".to_owned(), values.collect());
        }
        let mut below = |sources: &[Source<'a>]| {
            let shape = Shape::of(document, sources);
            if open.len() > DEPTH || open.contains(&shape.at) {
                return json!({});
            }
            open.push(shape.at.clone());
            let plain = shape.plain_at(document, open);
            open.pop();
            plain
        };
        if self.has("array") {
            schema.insert("items".to_owned(), below(&self.items));
        }
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
        if !self.fields.is_empty() {
            let fields = self.fields.iter();
            let fields: Map<_, _> = fields
                .map(|(name, sources)| (name.clone(), below(sources)))
                .collect();
            schema.insert("properties".to_owned(), Value::Object(fields));
        }
        if !self.others.is_empty() {
            schema.insert("additionalProperties".to_owned(), below(&self.others));
        }
        Value::Object(schema)
    }
}

pub(super) fn join(words: &BTreeSet<String>) -> String {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    words.join("|")
}

fn read<'a>(document: &'a Value, source: &Source<'a>, depth: usize) -> Shape<'a> {
    let source = source.clone().resolved(document);
    let mut shape = own(&source);
    if depth > DEPTH {
        return shape;
    }
    for part in source.elements("allOf") {
        shape = both(shape, read(document, &part, depth + 1));
    }
    for key in ["oneOf", "anyOf"] {
        let mut arms = source.elements(key).into_iter();
        if let Some(first) = arms.next() {
            let first = read(document, &first, depth + 1);
            let all = arms.fold(first, |all, arm| {
                either(all, read(document, &arm, depth + 1))
            });
            let only = shape.is_any() && shape.fields.is_empty();
            shape = both(shape, all);
            if only {
                shape.arms = source.elements(key);
            }
        }
    }
    shape
}

/// What a schema says itself.
fn own<'a>(source: &Source<'a>) -> Shape<'a> {
    let value = source.value;
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let fields: Vec<_> = source
        .below("properties")
        .map(|fields| fields.entries())
        .unwrap_or_default();
    let mut shape = Shape {
        at: source.at.clone(),
        holder: (!fields.is_empty()).then(|| source.at.clone()),
        types: text("type").into_iter().collect(),
        formats: text("format").into_iter().collect(),
        fields: fields
            .into_iter()
            .map(|(name, field)| (name.to_owned(), vec![field]))
            .collect(),
        items: source.below("items").into_iter().collect(),
        // an empty schema says no more than nothing
        others: source
            .below("additionalProperties")
            .into_iter()
            .filter(|others| {
                others
                    .value
                    .as_object()
                    .is_some_and(|schema| !schema.is_empty())
            })
            .collect(),
        ..Shape::default()
    };
    let names = value["required"].as_array().into_iter().flatten();
    shape.required = names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let values = value["enum"].as_array();
    shape.values = values.map(|values| values.iter().map(Value::to_string).collect());
    if shape.types.is_empty() {
        let word = if !shape.fields.is_empty() || !shape.others.is_empty() {
            Some("object")
        } else if !shape.items.is_empty() {
            Some("array")
        } else {
            values
                .filter(|values| values.iter().all(Value::is_string))
                .map(|_| "string")
        };
        shape.types.extend(word.map(str::to_owned));
    }
    shape
}

/// What has to fit two schemas.
fn both<'a>(mut one: Shape<'a>, other: Shape<'a>) -> Shape<'a> {
    one.composed = true;
    one.arms.clear();
    one.holder = one.holder.or(other.holder);
    if one.types.is_empty() {
        one.types = other.types;
    } else if !other.types.is_empty() {
        let common: BTreeSet<_> = one.types.intersection(&other.types).cloned().collect();
        if !common.is_empty() {
            one.types = common;
        }
    }
    one.formats.extend(other.formats);
    one.values = one.values.or(other.values);
    one.required.extend(other.required);
    add(&mut one.fields, other.fields);
    one.items.extend(other.items);
    one.others.extend(other.others);
    one
}

/// What has to fit one of two schemas.
fn either<'a>(mut one: Shape<'a>, other: Shape<'a>) -> Shape<'a> {
    one.composed = true;
    one.arms.clear();
    one.holder = one.holder.or(other.holder);
    if one.types.is_empty() || other.types.is_empty() {
        one.types.clear();
    } else {
        one.types.extend(other.types);
    }
    one.formats.extend(other.formats);
    one.values = match (one.values, other.values) {
        (Some(mut values), Some(more)) => {
            values.extend(more);
            Some(values)
        }
        _ => None,
    };
    one.required = one
        .required
        .intersection(&other.required)
        .cloned()
        .collect();
    add(&mut one.fields, other.fields);
    one.items.extend(other.items);
    one.others.extend(other.others);
    one
}

fn add<'a>(fields: &mut Vec<(String, Vec<Source<'a>>)>, more: Vec<(String, Vec<Source<'a>>)>) {
    let known: BTreeMap<String, usize> = fields
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (name.clone(), at))
        .collect();
    for (name, sources) in more {
        match known.get(&name).and_then(|at| fields.get_mut(*at)) {
            Some((_, known)) => known.extend(sources),
            None => fields.push((name, sources)),
        }
    }
}
