//! `projectionFields` of searches: only these fields, and always the id.

use serde_json::{Value, json};

use crate::problem::{Problem, flow};

/// Cuts the items of an answer down. The fields come as a list or as text with commas (emulator choice).
pub(super) fn project(answer: &mut Value, fields: Option<&Value>) -> Result<(), Problem> {
    let fields: Vec<String> = match fields {
        None | Some(Value::Null) => return Ok(()),
        // No field named is as good as no list.
        Some(Value::Array(names)) if names.is_empty() => return Ok(()),
        Some(Value::String(text)) => text.split(',').map(|name| name.trim().to_owned()).collect(),
        Some(Value::Array(names)) if names.iter().all(Value::is_string) => names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(other) => {
            let detail = format!("invalid projectionFields: {other}");
            return Err(flow::coded("1452-400", &detail));
        }
    };
    for item in answer["items"].as_array_mut().into_iter().flatten() {
        let mut kept = json!({"id": item["id"]});
        for field in &fields {
            let pointer = format!("/{}", field.replace('.', "/"));
            if let Some(value) = item.pointer(&pointer) {
                place(&mut kept, field, value.clone());
            }
        }
        *item = kept;
    }
    Ok(())
}

fn place(target: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        None => target[path] = value,
        Some((top, rest)) => {
            if !target[top].is_object() {
                target[top] = json!({});
            }
            place(&mut target[top], rest, value);
        }
    }
}
