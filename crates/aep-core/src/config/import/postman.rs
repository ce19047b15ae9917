//! A Postman environment, as Adobe's collections and the Developer Console deliver it.

use serde_json::{Map, Value};

use super::{Format, Imported, console, flat};
use crate::Result;

pub(super) fn read(environment: &Map<String, Value>, entries: &[Value]) -> Result<Imported> {
    let mut imported = Imported::new(Format::Postman);
    let enabled = entries.iter().filter(|entry| {
        entry
            .get("enabled")
            .and_then(Value::as_bool)
            .unwrap_or(true)
    });
    let pairs: Vec<(&str, &str)> = enabled
        .filter_map(|entry| {
            let key = entry.get("key").and_then(Value::as_str)?;
            // Exports without current values carry the initial one.
            let value = entry.get("value").and_then(Value::as_str)?;
            Some((key, value))
        })
        .collect();
    flat::take(&mut imported, pairs)?;
    imported.name = console::name(&[environment
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()]);
    Ok(imported)
}
