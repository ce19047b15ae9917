//! The parameters of two operations.

use serde_json::{Value, json};

use super::found::Found;
use super::operations::source;
use super::schemas::{Comparison, Reader};
use super::shape::{Shape, Source, token};
use crate::codegen::document::Operation;

/// The names of the placeholders of a path.
fn placeholders(path: &str) -> Vec<&str> {
    let parts = path.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect()
}

/// A parameter, behind references.
struct Parameter<'a> {
    /// `query limit`, or `path 0` for the first placeholder.
    key: String,
    name: &'a str,
    /// Where it is listed.
    listed: String,
    source: Source<'a>,
}

impl Parameter<'_> {
    fn is_required(&self) -> bool {
        self.source.value["required"] == true || self.source.value["in"] == "path"
    }

    /// Whether the elements of a list come as parameters of their own.
    fn explodes(&self) -> bool {
        let value = self.source.value;
        value["explode"]
            .as_bool()
            .unwrap_or(value["style"].is_null() || value["style"] == "form")
    }
}

fn listed<'a>(document: &'a Value, operation: &Operation<'a>) -> Vec<Parameter<'a>> {
    let placeholders = placeholders(operation.path);
    let shared = operation.shared.iter().enumerate();
    let shared = shared.map(|(at, value)| {
        (
            format!("#/paths/{}/parameters/{at}", token(operation.path)),
            value,
        )
    });
    let own = source(operation)
        .elements("parameters")
        .into_iter()
        .map(|own| (own.at, own.value));
    let mut found: Vec<Parameter<'a>> = Vec::new();
    for (listed, value) in shared.chain(own) {
        let source = Source {
            at: listed.clone(),
            value,
        }
        .resolved(document);
        let text = |key: &str| source.value[key].as_str().unwrap_or_default();
        let (place, name) = (text("in"), text("name"));
        let key = match (place, placeholders.iter().position(|known| *known == name)) {
            ("path", Some(at)) => format!("path {at}"),
            // names of headers are the same in any case
            ("header", _) => format!("header {}", name.to_ascii_lowercase()),
            _ => format!("{place} {name}"),
        };
        // one of the operation replaces one of the path
        found.retain(|known| known.key != key);
        found.push(Parameter {
            key,
            name,
            listed,
            source,
        });
    }
    found
}

/// Compares the parameters: by place and name, those of the path by their position.
pub(super) fn parameters<'a>(
    comparison: &mut Comparison<'a>,
    our: &Operation<'a>,
    their: &Operation<'a>,
) {
    let ours = listed(comparison.ours, our);
    let mut theirs = listed(comparison.theirs, their);
    for our in ours {
        let place = format!(
            "{} {}",
            our.source.value["in"].as_str().unwrap_or_default(),
            our.name
        );
        let Some(at) = theirs.iter().position(|their| their.key == our.key) else {
            comparison.note(
                &place,
                Found::removed("parameter", "", true).drop(&our.listed),
            );
            continue;
        };
        let their = theirs.remove(at);
        if our.key.starts_with("path ") && our.name != their.name {
            comparison.note(&place, Found::changed("name", our.name, their.name, false));
        }
        let (was, is) = (our.is_required(), their.is_required());
        if was != is {
            let word = |required: bool| if required { "required" } else { "optional" };
            let found = Found::changed("required", word(was), word(is), is);
            comparison.note(&place, found.put(&our.source.at, "required", json!(is)));
        }
        let schema = |parameter: &Parameter<'a>| Vec::from_iter(parameter.source.below("schema"));
        let (our_schema, their_schema) = (schema(&our), schema(&their));
        let list = |document, sources: &[Source<'a>]| Shape::of(document, sources).has("array");
        let lists = list(comparison.ours, &our_schema) && list(comparison.theirs, &their_schema);
        if lists && our.explodes() != their.explodes() {
            let word = |explodes: bool| if explodes { "repeated" } else { "in one" };
            let found = Found::changed("list", word(our.explodes()), word(their.explodes()), true);
            comparison.note(
                &place,
                found.put(&our.source.at, "explode", json!(their.explodes())),
            );
        }
        comparison.schemas(&place, Reader::Platform, &our_schema, &their_schema);
    }
    for their in theirs {
        let place = format!(
            "{} {}",
            their.source.value["in"].as_str().unwrap_or_default(),
            their.name
        );
        let schemas = Vec::from_iter(their.source.below("schema"));
        let shape = Shape::of(comparison.theirs, &schemas);
        let mut value = json!({"name": their.name, "in": their.source.value["in"]});
        if their.is_required() {
            value["required"] = json!(true);
        }
        value["schema"] = shape.plain(comparison.theirs);
        if shape.has("array") && !their.explodes() {
            value["explode"] = json!(false);
        }
        let found = Found::added("parameter", shape.words(), their.is_required());
        let at = format!("#/paths/{}/{}", token(our.path), our.method);
        let found = if our.value["parameters"].is_array() {
            found.push(format!("{at}/parameters"), value)
        } else {
            found.put(&at, "parameters", json!([value]))
        };
        comparison.note(&place, found);
    }
}
