//! The tree that rows are checked against.

use serde_json::Value;

/// A schema with all references resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resolved {
    /// `$id`.
    pub(crate) id: String,
    /// Title.
    pub(crate) title: String,
    /// The row: always [`Kind::Object`].
    pub(crate) root: Field,
}

/// A field, an array's items, a map's values, or the row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Names from the row down, joined by dots; `[]` for an array's items, `{}` for a map's values; empty for the row.
    pub(crate) path: String,
    pub(crate) kind: Kind,
    /// Whether its parent, where present, must have it.
    pub(crate) required: bool,
    /// The only values allowed, if they are listed.
    pub(crate) allowed: Option<Vec<Value>>,
    /// Inclusive.
    pub(crate) minimum: Option<f64>,
    /// Inclusive.
    pub(crate) maximum: Option<f64>,
    /// In characters.
    pub(crate) min_length: Option<u64>,
    /// In characters.
    pub(crate) max_length: Option<u64>,
    /// Regular expression; batch ingestion does not check it.
    pub(crate) pattern: Option<String>,
    /// `date`, `date-time`, `uri`, …
    pub(crate) format: Option<String>,
}

/// XDM types, `meta:xdmType` on the wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    String,
    Number,
    Long,
    Int,
    Short,
    Byte,
    Boolean,
    Date,
    DateTime,
    Array(Box<Field>),
    Object(Vec<(String, Field)>),
    Map(Box<Field>),
}

impl Resolved {
    /// From the `xed-full` form.
    pub(crate) fn read(full: &Value) -> Self {
        let text = |key: &str| full[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("$id"),
            title: text("title"),
            root: Field::read(full, String::new(), false),
        }
    }

    /// The field at a path such as `person.name.firstName`.
    pub(crate) fn field(&self, path: &str) -> Option<&Field> {
        path.split('.')
            .try_fold(&self.root, |field, step| field.child(step))
    }
}

impl Field {
    fn read(node: &Value, path: String, required: bool) -> Self {
        let text = |key: &str| node[key].as_str().map(str::to_owned);
        let below = |step: &str| {
            if path.is_empty() {
                step.to_owned()
            } else {
                format!("{path}.{step}")
            }
        };
        let kind = match node["meta:xdmType"].as_str().unwrap_or_default() {
            "number" => Kind::Number,
            "long" => Kind::Long,
            "int" | "integer" => Kind::Int,
            "short" => Kind::Short,
            "byte" => Kind::Byte,
            "boolean" => Kind::Boolean,
            "date" => Kind::Date,
            "date-time" => Kind::DateTime,
            "array" => Kind::Array(Box::new(Self::read(
                &node["items"],
                format!("{path}[]"),
                false,
            ))),
            "map" => Kind::Map(Box::new(Self::read(
                &node["additionalProperties"],
                format!("{path}{{}}"),
                false,
            ))),
            "object" => {
                let needed = node["required"].as_array();
                let is_needed =
                    |name: &str| needed.is_some_and(|list| list.iter().any(|item| item == name));
                let fields = node["properties"].as_object().into_iter().flatten();
                Kind::Object(
                    fields
                        .map(|(name, field)| {
                            (
                                name.clone(),
                                Self::read(field, below(name), is_needed(name)),
                            )
                        })
                        .collect(),
                )
            }
            _ => Kind::String,
        };
        Self {
            kind,
            required,
            allowed: node["enum"].as_array().cloned(),
            minimum: node["minimum"].as_f64(),
            maximum: node["maximum"].as_f64(),
            min_length: node["minLength"].as_u64(),
            max_length: node["maxLength"].as_u64(),
            pattern: text("pattern"),
            format: text("format"),
            path,
        }
    }

    /// The field of an object by name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Object(fields) => fields
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, field)| field),
            _ => None,
        }
    }

    /// Path of a field that `newer` no longer has, has with another type, or newly requires.
    pub(crate) fn lost_in(&self, newer: &Self) -> Option<String> {
        match (&self.kind, &newer.kind) {
            (Kind::Object(old), Kind::Object(new)) => {
                let lost = old
                    .iter()
                    .find_map(|(name, field)| match newer.child(name) {
                        Some(found) if found.required && !field.required => {
                            Some(field.path.clone())
                        }
                        Some(found) => field.lost_in(found),
                        None => Some(field.path.clone()),
                    });
                let demanded = || {
                    let fresh = new
                        .iter()
                        .find(|(name, field)| field.required && self.child(name).is_none());
                    fresh.map(|(_, field)| field.path.clone())
                };
                lost.or_else(demanded)
            }
            (Kind::Array(old), Kind::Array(new)) | (Kind::Map(old), Kind::Map(new)) => {
                old.lost_in(new)
            }
            (old, new) if std::mem::discriminant(old) == std::mem::discriminant(new) => None,
            _ => Some(self.path.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_may_only_grow() {
        let field = |node: Value| {
            let full = json!({"meta:xdmType": "object", "properties": node, "required": []});
            Resolved::read(&full).root
        };
        let old = field(
            json!({"a": {"meta:xdmType": "int"}, "b": {"meta:xdmType": "array", "items": {"meta:xdmType": "string"}}}),
        );
        assert_eq!(old.lost_in(&old), None);
        let mut more = json!({"a": {"meta:xdmType": "int"}, "b": {"meta:xdmType": "array", "items": {"meta:xdmType": "string"}}, "c": {"meta:xdmType": "date"}});
        assert_eq!(old.lost_in(&field(more.clone())), None);
        more["b"]["items"] = json!({"meta:xdmType": "long"});
        assert_eq!(old.lost_in(&field(more)).as_deref(), Some("b[]"));
        assert_eq!(
            old.lost_in(&field(json!({"a": {"meta:xdmType": "int"}})))
                .as_deref(),
            Some("b")
        );
    }
}
