//! Dotted paths into documents: `a.b`, `list[].b`, `list[0]`.

use serde_json::Value;

/// The values at a path; several where a step goes through a list.
pub(super) fn values<'a>(document: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![document];
    for step in path.split('.') {
        let (name, index) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((name, index)) => (name, Some(index)),
            None => (step, None),
        };
        found = found
            .into_iter()
            .filter_map(|value| value.get(name))
            .flat_map(|value| match (index, value.as_array()) {
                (None, _) => vec![value],
                (Some(""), Some(items)) => items.iter().collect(),
                (Some(index), Some(items)) => index
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index))
                    .into_iter()
                    .collect(),
                (Some(_), None) => Vec::new(),
            })
            .collect();
    }
    found
}
