//! A mapping set as Data Prep describes it.
//!
//! Two dialects are in use (Adobe's Data Prep API reference has the newer, its Flow Service tutorials the older one):
//! `outputSchema.schemaRef.id`, `source` and `destination`; or `xdmSchema`, `sourceAttribute` and `destinationXdmPath`.
//! An answer can hold both. Dates come as milliseconds in real answers and as ISO text in the reference.

use std::fmt;
use std::str::FromStr;

use aep_core::{Error, ErrorKind, Result, SchemaId};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::json::{as_text, at, number, text};

/// The id of a mapping set, 32 hexadecimal digits today.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct MappingSetId(String);

impl MappingSetId {
    /// Checks the text and takes it in.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if it can't be one segment of an address.
    pub fn new(value: impl Into<String>) -> Result<Self> {
        let value = value.into();
        // the rules of an id are those of every other one; only the words differ
        aep_core::FlowId::new(value.clone())
            .map_err(|error| error.rephrase("read the mapping set id"))?;
        Ok(Self(value))
    }

    /// The text of the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MappingSetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MappingSetId {
    type Err = Error;

    fn from_str(value: &str) -> Result<Self> {
        Self::new(value)
    }
}

impl<'de> Deserialize<'de> for MappingSetId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A mapping set. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MappingSet {
    /// Its id.
    pub id: MappingSetId,
    /// Its version; a flow keeps the version that it was given until it is told another one.
    pub version: u64,
    /// Its name; most sets have none.
    pub name: Option<String>,
    /// `DRAFT` or `PUBLISHED`, where it is said.
    pub status: Option<String>,
    /// The schema that the rows come out in.
    pub schema: Option<SchemaId>,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// When it changed last, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// What goes where, in the order of the answer.
    pub mappings: Vec<Mapping>,
    raw: Map<String, Value>,
}

/// One rule of a mapping set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mapping {
    /// What [`source`](Self::source) is.
    pub source_type: SourceType,
    /// A field of the source, an expression, or a constant.
    pub source: String,
    /// The path in the schema, with dots.
    pub destination: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// What the source of a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SourceType {
    /// A field.
    #[default]
    Attribute,
    /// An expression of Data Prep's language.
    Expression,
    /// A constant.
    Static,
}

impl SourceType {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "ATTRIBUTE",
            Self::Expression => "EXPRESSION",
            Self::Static => "STATIC",
        }
    }

    /// Answers also say `text/x.schema-path` for a field and `text/x.aep-xl` for an expression.
    fn read(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        if text.contains("static") {
            Self::Static
        } else if text.contains("expression") || text.contains("aep-xl") {
            Self::Expression
        } else {
            Self::Attribute
        }
    }
}

impl Mapping {
    /// A rule that copies a field to another path.
    pub fn copy(source: impl Into<String>, destination: impl Into<String>) -> Self {
        Self::of(SourceType::Attribute, source, destination)
    }

    /// A rule that evaluates an expression.
    pub fn expression(source: impl Into<String>, destination: impl Into<String>) -> Self {
        Self::of(SourceType::Expression, source, destination)
    }

    /// A rule that writes the same text into every row.
    pub fn constant(value: impl Into<String>, destination: impl Into<String>) -> Self {
        Self::of(SourceType::Static, value, destination)
    }

    fn of(
        source_type: SourceType,
        source: impl Into<String>,
        destination: impl Into<String>,
    ) -> Self {
        Self {
            source_type,
            source: source.into(),
            destination: destination.into(),
            name: None,
            description: None,
        }
    }

    pub(crate) fn read(value: &Value) -> Option<Self> {
        let raw = value.as_object()?;
        let kind = text(raw, "sourceType").unwrap_or_default();
        Some(Self {
            source_type: SourceType::read(&kind),
            source: text(raw, "source").or_else(|| text(raw, "sourceAttribute"))?,
            destination: text(raw, "destination").or_else(|| text(raw, "destinationXdmPath"))?,
            name: text(raw, "name"),
            description: text(raw, "description"),
        })
    }

    /// The rule in the current dialect.
    pub(crate) fn wire(&self) -> Value {
        let mut rule = json!({
            "sourceType": self.source_type.as_str(),
            "source": self.source,
            "destination": self.destination,
        });
        for (key, value) in [("name", &self.name), ("description", &self.description)] {
            if let Some(value) = value {
                rule[key] = Value::from(value.as_str());
            }
        }
        rule
    }
}

impl MappingSet {
    pub(crate) fn read(value: Value) -> Result<Self> {
        let failed = || Error::new(ErrorKind::Protocol, "understand a mapping set");
        let Value::Object(raw) = value else {
            return Err(failed().because("it is not an object"));
        };
        let Some(id) = text(&raw, "id") else {
            return Err(failed().because("it has no id"));
        };
        let places: [&[&str]; 4] = [
            &["outputSchema", "schemaRef", "id"],
            &["schemaRef", "id"],
            &["xdmSchema"],
            &["outputSchema", "id"],
        ];
        let schema = places
            .into_iter()
            .find_map(|place| at(&raw, place).and_then(as_text))
            .and_then(|id| SchemaId::new(id).ok());
        Ok(Self {
            id: MappingSetId::new(id)?,
            version: number(&raw, "version").unwrap_or(0),
            name: text(&raw, "name"),
            status: text(&raw, "status"),
            schema,
            created: time(raw.get("createdDate")),
            modified: time(raw.get("modifiedDate").or_else(|| raw.get("updatedDate"))),
            mappings: match raw.get("mappings") {
                Some(Value::Array(rules)) => rules.iter().filter_map(Mapping::read).collect(),
                _ => Vec::new(),
            },
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &Map<String, Value> {
        &self.raw
    }
}

impl Serialize for MappingSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// Milliseconds since 1970 of a date that is a number, a number as text, or ISO text.
fn time(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok().or_else(|| {
            // ISO text with an offset such as +0000, without its colon, is what Jackson writes
            let text = text.trim();
            let zoned = text
                .parse::<jiff::Timestamp>()
                .or_else(|_| jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text));
            zoned.ok().map(jiff::Timestamp::as_millisecond)
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_older_dialect_is_read() {
        let set = MappingSet::read(json!({"id": "bf5286a9c1ad4266baca76ba3adc9366", "version": "2",
            "xdmSchema": "https://ns.adobe.com/local/schemas/1", "xdmVersion": "1.0", "createdDate": "2021-03-04T23:40:54.724Z",
            "mappings": [{"destinationXdmPath": "person.name.firstName", "sourceAttribute": "first", "identity": false,
                "sourceType": "text/x.schema-path"},
                {"destinationXdmPath": "x", "sourceAttribute": "concat(a,b)", "sourceType": "text/x.aep-xl"}]}))
        .unwrap();
        assert_eq!(set.version, 2);
        assert_eq!(
            set.schema.unwrap().as_str(),
            "https://ns.adobe.com/local/schemas/1"
        );
        assert_eq!(set.created, Some(1_614_901_254_724));
        assert_eq!(
            set.mappings[0],
            Mapping::copy("first", "person.name.firstName")
        );
        assert_eq!(set.mappings[1].source_type, SourceType::Expression);
    }

    #[test]
    fn the_current_dialect_is_read() {
        let set = MappingSet::read(json!({"id": "a", "version": 0, "createdDate": 1_614_901_254_724_i64,
            "modifiedDate": "2021-03-04T23:40:54.724+0000", "outputSchema": {"schemaRef": {"id": "https://ns/x"}},
            "mappings": [{"sourceType": "STATIC", "source": "web", "destination": "channel"}]}))
        .unwrap();
        assert_eq!(set.created, set.modified);
        assert_eq!(set.schema.unwrap().as_str(), "https://ns/x");
        assert_eq!(set.mappings, [Mapping::constant("web", "channel")]);
        assert!(MappingSet::read(json!({"version": 1})).is_err());
    }
}
