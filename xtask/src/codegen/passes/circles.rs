//! Takes a schema that consists of itself as any value.
//!
//! A list of lists of the same lists has no end that a type could name; a struct that has a list of its own kind has one,
//! and stays. Lists of lists of lists, each with a name of its own, have an end, but beyond a point nobody reads it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::any;
use crate::codegen::document::{object_mut, schema_ref};

/// How many lists and maps may lie in each other before a struct comes.
const DEEPEST: usize = 16;

pub(super) fn run(document: &mut Value) -> usize {
    let schemas = document["components"]["schemas"].as_object();
    let next: BTreeMap<&str, (&str, usize)> = schemas
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| Some((name.as_str(), leads_to(schema)?)))
        .collect();
    let circles = circles(&next);
    let deep = deep(&next, &circles);
    let (circles, deep) = (owned(&circles), owned(&deep));
    if let Some(components) = document.get_mut("components") {
        for (name, schema) in object_mut(components, "schemas") {
            if circles.contains(name) {
                any(schema, "made of itself");
            } else if deep.contains(name) {
                any(schema, "too deep");
            }
        }
    }
    circles.len() + deep.len()
}

fn owned(names: &BTreeSet<&str>) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The schema that this one leads to through nothing but references, lists and maps, and how many lists and maps.
fn leads_to(schema: &Value) -> Option<(&str, usize)> {
    let mut below = schema;
    let mut depth = 0;
    loop {
        if let Some(target) = schema_ref(below) {
            return Some((target, depth));
        }
        below = match below["type"].as_str() {
            Some("array") => &below["items"],
            Some("object") if below.get("properties").is_none() => &below["additionalProperties"],
            _ => return None,
        };
        depth += 1;
    }
}

/// Those that lead back to themselves. Each leads to one at most, so every one is looked at once.
fn circles<'a>(next: &BTreeMap<&'a str, (&'a str, usize)>) -> BTreeSet<&'a str> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for start in next.keys().copied() {
        let mut name = start;
        while !seen.contains_key(name) {
            seen.insert(name, start);
            match next.get(name) {
                Some((target, _)) => name = target,
                None => break,
            }
        }
        // seen on this way already, and leading on: a circle that has not been gone round yet
        while seen.get(name) == Some(&start) && next.contains_key(name) && found.insert(name) {
            name = next[name].0;
        }
    }
    found
}

/// Those below which too many lists and maps lie in each other; each of these is taken out once it gets so far.
fn deep<'a>(
    next: &BTreeMap<&'a str, (&'a str, usize)>,
    circles: &BTreeSet<&'a str>,
) -> BTreeSet<&'a str> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for start in next.keys().copied() {
        let mut way = Vec::new();
        let mut name = start;
        while let Some((target, lists)) = next.get(name)
            && !depths.contains_key(name)
            && !circles.contains(name)
        {
            way.push((name, *lists));
            name = target;
        }
        let mut depth = depths.get(name).copied().unwrap_or_default();
        for (name, lists) in way.into_iter().rev() {
            depth += lists;
            if depth > DEEPEST {
                found.insert(name);
                depth = 0;
            }
            depths.insert(name, depth);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn lists_of_themselves_go_and_trees_stay() {
        let tree = json!({"type": "object", "properties": {"children": {"$ref": "#/components/schemas/Trees"}}});
        let trees = json!({"type": "array", "items": {"$ref": "#/components/schemas/Tree"}});
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {
                "A": {"type": "array", "items": {"$ref": "#/components/schemas/B"}},
                "B": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/A"}},
                "Tree": tree, "Trees": trees
            }}}),
            2,
            &json!({"components": {"schemas": {
                "A": {"x-aep-json": "made of itself"},
                "B": {"x-aep-json": "made of itself"},
                "Tree": tree, "Trees": trees
            }}}),
        );
    }

    #[test]
    fn lists_that_lie_too_deep_in_each_other_are_cut() {
        let mut schemas = serde_json::Map::new();
        for at in 0..20 {
            let below = format!("#/components/schemas/L{:02}", at + 1);
            schemas.insert(
                format!("L{at:02}"),
                json!({"type": "array", "items": {"$ref": below}}),
            );
        }
        schemas.insert("L20".to_owned(), json!({"type": "string"}));
        let mut after = schemas.clone();
        after["L03"] = json!({"x-aep-json": "too deep"});
        super::super::expect(
            super::run,
            json!({"components": {"schemas": schemas}}),
            1,
            &json!({"components": {"schemas": after}}),
        );
    }
}
