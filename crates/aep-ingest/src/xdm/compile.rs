//! From an `xed-full+json` document to a [`Schema`].

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

use super::{Allowed, Extra, Field, Kind, Object, Pattern, Rules, Schema};

/// Objects inside objects, at most: deeper ones are a mistake or a trap.
const DEPTH: usize = 64;

/// Keywords that narrow what is allowed and are not checked; each leaves a note.
const UNCHECKED: [&str; 15] = [
    "oneOf",
    "anyOf",
    "not",
    "if",
    "const",
    "multipleOf",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "dependencies",
];

impl Schema {
    /// Compiles a schema document as the registry answers it for
    /// `Accept: application/vnd.adobe.xed-full+json; version=1` (or `xed-full-notext`).
    ///
    /// # Errors
    ///
    /// `Usage` when the document is another view, one that still has `$ref` or `allOf`; `Protocol`
    /// when it isn't a schema of an object, or a keyword has a value of the wrong type.
    pub fn compile(full: &Value) -> Result<Self> {
        let document = full
            .as_object()
            .ok_or_else(|| wrong("", "the document is not an object"))?;
        let text = |key: &str| document.get(key).and_then(Value::as_str).map(Into::into);
        let id: Option<Box<str>> = text("$id").or_else(|| text("meta:altId"));
        let mut compiler = Compiler { notes: Vec::new() };
        let root = compiler
            .field("", "", document, 0)
            .map_err(|error| match &id {
                Some(id) => error.with("schema", id),
                None => error,
            })?;
        match &root.kind {
            Kind::Object(object) if !object.fields().is_empty() => {}
            _ => return Err(wrong("", "the schema has no `properties`")),
        }
        Ok(Self {
            id,
            title: text("title"),
            version: text("version"),
            root,
            notes: compiler.notes,
        })
    }
}

struct Compiler {
    notes: Vec<String>,
}

impl Compiler {
    fn field(
        &mut self,
        name: &str,
        path: &str,
        doc: &Map<String, Value>,
        depth: usize,
    ) -> Result<Field> {
        if depth > DEPTH {
            return Err(wrong(path, "objects are nested more than 64 deep"));
        }
        refuse_raw(path, doc)?;
        self.note_unchecked(path, doc);
        let kind = self.kind(path, doc, depth)?;
        let rules = self.rules(path, doc, &kind)?;
        let text = |key: &str| doc.get(key).and_then(Value::as_str).map(Into::into);
        Ok(Field {
            name: name.into(),
            path: path.into(),
            required: false,
            kind,
            rules,
            title: text("title"),
            description: text("description"),
        })
    }

    fn kind(&mut self, path: &str, doc: &Map<String, Value>, depth: usize) -> Result<Kind> {
        let typed = match json_type(doc).or(if doc.contains_key("properties") {
            Some("object")
        } else if doc.contains_key("items") {
            Some("array")
        } else {
            None
        }) {
            Some("object") => return self.object(path, doc, depth),
            Some("array") => return self.array(path, doc, depth),
            other => other,
        };
        let xdm = doc.get("meta:xdmType").and_then(Value::as_str);
        let format = doc.get("format").and_then(Value::as_str);
        Ok(match (xdm, typed) {
            (Some("object" | "map"), _) => return self.object(path, doc, depth),
            (Some("array"), _) => return self.array(path, doc, depth),
            (Some("number" | "double" | "float"), _) => Kind::Number,
            (Some("long"), _) => Kind::Long,
            (Some("int" | "integer"), _) => Kind::Integer,
            (Some("short"), _) => Kind::Short,
            (Some("byte"), _) => Kind::Byte,
            (Some("boolean"), _) => Kind::Boolean,
            (Some("date"), _) => Kind::Date,
            (Some("date-time" | "datetime"), _) => Kind::DateTime,
            (_, Some("string")) => match format {
                Some("date") => Kind::Date,
                Some("date-time") => Kind::DateTime,
                _ => Kind::String,
            },
            (Some("string"), None) => Kind::String,
            (_, Some("number")) => Kind::Number,
            (_, Some("integer")) => whole(doc),
            (_, Some("boolean")) => Kind::Boolean,
            (Some(other), _) | (None, Some(other)) => {
                self.notes.push(format!(
                    "`{path}`: values of the unknown type `{other}` are not checked"
                ));
                Kind::Any
            }
            (None, None) => Kind::Any,
        })
    }

    fn object(&mut self, path: &str, doc: &Map<String, Value>, depth: usize) -> Result<Kind> {
        let properties = match doc.get("properties") {
            None | Some(Value::Null) => None,
            Some(Value::Object(properties)) => Some(properties).filter(|p| !p.is_empty()),
            Some(_) => return Err(wrong(path, "`properties` is not an object")),
        };
        let map = doc.get("meta:xdmType").and_then(Value::as_str) == Some("map");
        let Some(properties) = properties else {
            return Ok(match doc.get("additionalProperties") {
                Some(Value::Object(value)) => {
                    Kind::Map(Box::new(self.inner(path, ".*", value, depth)?))
                }
                Some(Value::Bool(false)) => Kind::Object(Object::new(Vec::new(), Extra::None)),
                _ if map => Kind::Map(Box::new(anything(&format!("{path}.*")))),
                _ => Kind::Any,
            });
        };
        let required = self.required(path, doc, properties)?;
        let mut fields = Vec::with_capacity(properties.len());
        for (name, doc) in properties {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let doc = doc
                .as_object()
                .ok_or_else(|| wrong(&path, "the field's schema is not an object"))?;
            let mut field = self.field(name, &path, doc, depth + 1)?;
            field.required = required.contains(&name.as_str());
            fields.push(field);
        }
        let extra = match doc.get("additionalProperties") {
            Some(Value::Object(value)) => {
                Extra::Typed(Box::new(self.inner(path, ".*", value, depth)?))
            }
            // A file's schema has to be a subset of the dataset's: silence about further names,
            // and even `true`, is no permission.
            _ => Extra::None,
        };
        Ok(Kind::Object(Object::new(fields, extra)))
    }

    fn required<'a>(
        &mut self,
        path: &str,
        doc: &'a Map<String, Value>,
        properties: &Map<String, Value>,
    ) -> Result<Vec<&'a str>> {
        let mut names = Vec::new();
        match doc.get("required") {
            // Draft 3 has a flag on the field itself.
            None | Some(Value::Null | Value::Bool(_)) => {}
            Some(Value::Array(values)) => {
                for value in values {
                    let name = value.as_str().ok_or_else(|| {
                        wrong(path, "`required` lists something other than names")
                    })?;
                    if properties.contains_key(name) {
                        names.push(name);
                    } else {
                        self.notes.push(format!(
                            "`{path}`: requires `{name}`, which is not among its properties; not checked"
                        ));
                    }
                }
            }
            Some(_) => return Err(wrong(path, "`required` is not a list of names")),
        }
        Ok(names)
    }

    fn array(&mut self, path: &str, doc: &Map<String, Value>, depth: usize) -> Result<Kind> {
        Ok(Kind::Array(Box::new(match doc.get("items") {
            Some(Value::Object(items)) => self.inner(path, "[]", items, depth)?,
            None | Some(Value::Null | Value::Bool(true)) => anything(&format!("{path}[]")),
            Some(_) => return Err(wrong(path, "`items` is not one schema")),
        })))
    }

    fn inner(
        &mut self,
        path: &str,
        step: &str,
        doc: &Map<String, Value>,
        depth: usize,
    ) -> Result<Field> {
        self.field("", &format!("{path}{step}"), doc, depth + 1)
    }

    fn rules(&mut self, path: &str, doc: &Map<String, Value>, kind: &Kind) -> Result<Rules> {
        let mut rules = Rules {
            whole: kind.whole_range().unwrap_or((i64::MIN, i64::MAX)),
            ..Rules::default()
        };
        if let Some(Value::Object(labels)) = doc.get("meta:enum") {
            let label = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            rules.suggested = labels
                .iter()
                .map(|(value, text)| (value.as_str().into(), label(text).into()))
                .collect();
        }
        if !kind.is_scalar() {
            return Ok(rules);
        }
        match doc.get("enum") {
            None | Some(Value::Null) => {}
            Some(Value::Array(_)) if matches!(kind, Kind::Date | Kind::DateTime) => {
                // The same day or instant can be written in several ways.
                self.notes
                    .push(format!("`{path}`: the `enum` of dates is not checked"));
            }
            Some(Value::Array(values)) => {
                rules.allowed = Some(Allowed::read(values, matches!(kind, Kind::String)));
            }
            Some(_) => return Err(wrong(path, "`enum` is not a list")),
        }
        match kind {
            Kind::String => {
                rules.min_length = length(path, doc, "minLength")?;
                rules.max_length = length(path, doc, "maxLength")?;
                rules.format = doc.get("format").and_then(Value::as_str).map(Into::into);
                if let Some(source) = doc.get("pattern").and_then(Value::as_str) {
                    let pattern = Pattern::new(source);
                    if !pattern.is_checked() {
                        self.notes
                            .push(format!("`{path}`: the pattern `{source}` is not checked"));
                    }
                    rules.pattern = Some(pattern);
                }
            }
            Kind::Number | Kind::Long | Kind::Integer | Kind::Short | Kind::Byte => {
                rules.minimum = bound(path, doc, "minimum")?;
                rules.maximum = bound(path, doc, "maximum")?;
                if let Some(low) = rules.minimum {
                    rules.whole.0 = rules.whole.0.max(towards(low.ceil()));
                }
                if let Some(high) = rules.maximum {
                    rules.whole.1 = rules.whole.1.min(towards(high.floor()));
                }
            }
            _ => {}
        }
        Ok(rules)
    }

    fn note_unchecked(&mut self, path: &str, doc: &Map<String, Value>) {
        for keyword in UNCHECKED {
            if doc.contains_key(keyword) {
                self.notes
                    .push(format!("`{path}`: `{keyword}` is not checked"));
            }
        }
    }
}

/// The JSON type, without the `null` that a list of types may carry.
fn json_type(doc: &Map<String, Value>) -> Option<&str> {
    match doc.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null"),
        _ => None,
    }
}

/// A whole number without `meta:xdmType` is as wide as its bounds say.
fn whole(doc: &Map<String, Value>) -> Kind {
    let bound = |key: &str| doc.get(key).and_then(Value::as_f64);
    let (Some(low), Some(high)) = (bound("minimum"), bound("maximum")) else {
        return Kind::Long;
    };
    for (kind, width) in [
        (Kind::Byte, 128.0),
        (Kind::Short, 32_768.0),
        (Kind::Integer, 2_147_483_648.0),
    ] {
        let top = (width - high).abs();
        if (low + width).abs() < 0.5 && (top < 0.5 || (top - 1.0).abs() < 0.5) {
            return kind;
        }
    }
    Kind::Long
}

fn anything(path: &str) -> Field {
    Field {
        name: "".into(),
        path: path.into(),
        required: false,
        kind: Kind::Any,
        rules: Rules::default(),
        title: None,
        description: None,
    }
}

fn refuse_raw(path: &str, doc: &Map<String, Value>) -> Result<()> {
    let raw = doc.contains_key("$ref")
        || doc
            .get("allOf")
            .is_some_and(|all| all.as_array().is_none_or(|list| !list.is_empty()));
    if !raw {
        return Ok(());
    }
    let mut error = Error::new(ErrorKind::Usage, "compile the schema");
    if !path.is_empty() {
        error = error.with("field", path);
    }
    Err(error
        .because("the document still has `$ref` or `allOf`: it is not the resolved view")
        .hint(
            "ask the Schema Registry with `Accept: application/vnd.adobe.xed-full+json; version=1`",
        ))
}

fn length(path: &str, doc: &Map<String, Value>, key: &str) -> Result<Option<u64>> {
    match doc.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(length) => Ok(Some(length)),
            None => Err(wrong(path, format!("`{key}` is not a count"))),
        },
    }
}

fn bound(path: &str, doc: &Map<String, Value>, key: &str) -> Result<Option<f64>> {
    match doc.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_f64() {
            Some(bound) => Ok(Some(bound)),
            None => Err(wrong(path, format!("`{key}` is not a number"))),
        },
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a bound outside of i64 bounds nothing: it saturates"
)]
fn towards(bound: f64) -> i64 {
    bound as i64
}

fn wrong(path: &str, what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let error = Error::new(ErrorKind::Protocol, "compile the schema").because(what);
    if path.is_empty() {
        error
    } else {
        error.with("field", path)
    }
}
