//! What is wrong with a single document, mended by data: OpenAPI Overlay 1.1 files in `spec/overlays/`.
//!
//! An action names its target by JSONPath and says in `description` why it is needed. It fails when its target is
//! gone or when it changes nothing, so that a document that was mended at its source is noticed. Of the standard's
//! JSONPath this knows what [`super::jsonpath`] says.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::codegen::document::size;
use crate::codegen::{jsonpath, load};
use crate::error::{Error, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overlay {
    #[serde(rename = "overlay")]
    version: String,
    #[serde(rename = "info")]
    _info: Info,
    actions: Vec<Action>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Info {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "version")]
    _version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    target: String,
    #[serde(default)]
    description: String,
    /// Merged into the target.
    update: Option<Value>,
    /// The place whose value is merged into the target.
    copy: Option<String>,
    #[serde(default)]
    remove: bool,
}

/// Applies the overlay `<dir>/<api>.yaml` to `document`, if there is one, and returns how many actions it has.
pub(crate) fn apply(dir: &Path, api: &str, document: &mut Value) -> Result<usize> {
    let path = dir.join(format!("{api}.yaml"));
    if !path.exists() {
        return Ok(0);
    }
    let shown = Path::new("spec/overlays").join(format!("{api}.yaml"));
    apply_text(&shown, &load::text(&path, &shown)?, document)
}

/// Applies the overlay in `text`, which was read from `file`.
pub(crate) fn apply_text(file: &Path, text: &str, document: &mut Value) -> Result<usize> {
    let overlay: Overlay = load::yaml(file, text)?;
    if !overlay.version.starts_with("1.") {
        let found = overlay.version;
        return Err(Error::new(format!(
            "{}: overlay: expected 1.x, found `{found}`",
            file.display()
        )));
    }
    for (index, action) in overlay.actions.iter().enumerate() {
        act(action, document).map_err(|what| {
            let line = super::lines::line(text, &format!("#/actions/{index}"));
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            Error::new(format!(
                "{}{line}: `{}`: {what}",
                file.display(),
                action.target
            ))
        })?;
    }
    Ok(overlay.actions.len())
}

fn act(action: &Action, document: &mut Value) -> Result<(), String> {
    if action.description.trim().is_empty() {
        return Err("no description says why the action is needed".to_owned());
    }
    let places = jsonpath::locate(document, &action.target)?;
    if places.is_empty() {
        return Err("nothing is there any more".to_owned());
    }
    let changed = match (&action.update, &action.copy, action.remove) {
        (None, None, true) => {
            // the last first, so that the places of the others stay where they are
            places
                .iter()
                .rev()
                .filter(|place| remove(document, place))
                .count()
        }
        (Some(update), None, false) => update_all(document, &places, update)?,
        (None, Some(from), false) => {
            let sources = jsonpath::locate(document, from)?;
            let [source] = sources.as_slice() else {
                return Err(format!(
                    "`copy` names {} places instead of one",
                    sources.len()
                ));
            };
            let value = document.pointer(source).cloned().unwrap_or_default();
            update_all(document, &places, &value)?
        }
        _ => return Err("an action has one of `update`, `copy` and `remove: true`".to_owned()),
    };
    if changed == 0 {
        return Err("the action changes nothing: the document says so already".to_owned());
    }
    Ok(())
}

fn update_all(document: &mut Value, places: &[String], update: &Value) -> Result<usize, String> {
    let mut changed = 0;
    bounds(document, places, update)?;
    for place in places {
        if let Some(target) = document.pointer_mut(place) {
            changed += usize::from(merge(target, update));
        }
    }
    Ok(changed)
}

/// Fails if the document would grow beyond what may be read from a file.
fn bounds(document: &Value, places: &[String], update: &Value) -> Result<(), String> {
    let (more, depth) = size(update);
    let deepest = places.iter().map(|place| place.matches('/').count());
    let deepest = deepest.max().unwrap_or_default() + depth;
    if deepest > load::DEPTH {
        let most = load::DEPTH;
        return Err(format!(
            "the document would be {deepest} levels deep, more than {most}"
        ));
    }
    let count = more
        .saturating_mul(places.len())
        .saturating_add(size(document).0);
    if count > load::NODES {
        let most = load::NODES;
        return Err(format!(
            "the document would hold {count} values, more than {most}"
        ));
    }
    Ok(())
}

/// Objects field by field, lists one behind the other, anything else replaced: the rules of the standard. Returns whether
/// that changes anything.
fn merge(target: &mut Value, update: &Value) -> bool {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            let mut changed = false;
            for (name, value) in update {
                if let Some(known) = target.get_mut(name) {
                    changed |= merge(known, value);
                } else {
                    target.insert(name.clone(), value.clone());
                    changed = true;
                }
            }
            changed
        }
        (Value::Array(target), Value::Array(update)) => {
            target.extend(update.iter().cloned());
            !update.is_empty()
        }
        (target, update) => {
            let changed = target != update;
            if changed {
                target.clone_from(update);
            }
            changed
        }
    }
}

fn remove(document: &mut Value, place: &str) -> bool {
    let Some((above, name)) = place.rsplit_once('/') else {
        return false;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(above) {
        Some(Value::Object(fields)) => fields.shift_remove(&name).is_some(),
        Some(Value::Array(elements)) => match name.parse::<usize>() {
            Ok(at) if at < elements.len() => {
                elements.remove(at);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn applied(actions: &str, document: &Value) -> Result<Value, String> {
        let text = format!("overlay: 1.1.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}");
        let mut document = document.clone();
        apply_text(Path::new("spec/overlays/a.yaml"), &text, &mut document)
            .map(|_| document)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn actions_update_copy_and_remove() {
        let document = json!({"components": {"schemas": {
            "A": {"type": "string"}, "B": {"nullable": false}, "C": {"enum": ["a", "b"]}
        }}});
        let actions = "
- target: $.components.schemas.A
  description: a list of names comes back
  update: {type: array, items: {type: string}}
- target: $.components.schemas.B
  description: as the other
  copy: $.components.schemas.A
- target: $.components.schemas.C.enum[*]
  description: nobody knows them
  remove: true
";
        assert_eq!(
            applied(actions, &document).unwrap(),
            json!({"components": {"schemas": {
                "A": {"type": "array", "items": {"type": "string"}},
                "B": {"nullable": false, "type": "array", "items": {"type": "string"}},
                "C": {"enum": []}
            }}})
        );
    }

    #[test]
    fn copies_of_copies_come_to_an_end() {
        let rows: Vec<Value> = vec![json!([]); 1500];
        let wide = "- {target: '$.a[*]', description: why, copy: $.a}\n";
        let message = applied(wide, &json!({"a": rows})).unwrap_err();
        assert!(
            message.ends_with("the document would hold 2253002 values, more than 2000000"),
            "{message}"
        );
        let deep = "- {target: $.a, description: why, copy: $}\n".repeat(120);
        let message = applied(&deep, &json!({"a": {}})).unwrap_err();
        assert!(
            message.ends_with("the document would be 97 levels deep, more than 96"),
            "{message}"
        );
    }

    #[test]
    fn an_action_whose_reason_or_target_is_missing_is_named_with_its_line() {
        let document = json!({"components": {"schemas": {"A": {"type": "string"}}}});
        let of = |actions: &str| applied(actions, &document).unwrap_err();
        let at = "spec/overlays/a.yaml:4: `$.components.schemas.A`";
        assert_eq!(
            of("- {target: $.components.schemas.A, update: {type: array}}\n"),
            format!("{at}: no description says why the action is needed")
        );
        assert_eq!(
            of("- {target: $.components.schemas.A, description: why, update: {type: string}}\n"),
            format!("{at}: the action changes nothing: the document says so already")
        );
        assert_eq!(
            of("- {target: $.components.schemas.A, description: why}\n"),
            format!("{at}: an action has one of `update`, `copy` and `remove: true`")
        );
        assert_eq!(
            of("\n- {target: $.components.schemas.B, description: why, remove: true}\n"),
            "spec/overlays/a.yaml:5: `$.components.schemas.B`: nothing is there any more"
        );
        assert!(of("- {target: '$[', description: why, remove: true}\n").contains("not closed"));
        assert!(of("- {target: 3, why: x}\n").starts_with("spec/overlays/a.yaml: "));
    }
}
