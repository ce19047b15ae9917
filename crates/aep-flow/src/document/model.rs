//! The parts of a document.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the first line says.
pub(super) const VERSION: &str = "aep-pipeline/v1";

/// A whole pipeline as one document. It holds no secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PipelineDocument {
    /// The form of the document, `aep-pipeline/v1`.
    pub document: String,
    /// The flow's name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which way it goes: `source`, `destination`, `internal`. For the reader; nothing depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The specification of the flow.
    pub flow_spec: SpecEntry,
    /// What is read.
    pub source: EndEntry,
    /// What is written.
    pub target: EndEntry,
    /// The datasets whose ids stand in the source or the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<DatasetEntry>,
    /// The rules of the mapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<MappingEntry>,
    /// The transformations; that of the mapping without its id and version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transformations: Vec<Value>,
    /// When it runs, in the service's own words; none for streaming flows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Map<String, Value>>,
    /// What else was chosen, in the service's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Map<String, Value>>,
    /// The places of secrets that are needed to make the pipeline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// The places of secrets that there may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional_secrets: Vec<String>,
}

/// A specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpecEntry {
    /// Its id, the same in every sandbox.
    pub id: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its name, for the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One end of the flow: a source or target connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndEntry {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The system.
    pub connection_spec: SpecEntry,
    /// Format and schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Path, datasets and the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Value>,
    /// The connection with the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseEntry>,
}

/// A connection with an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BaseEntry {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The system.
    pub connection_spec: SpecEntry,
    /// How it signs in, without secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<AuthEntry>,
}

/// How a connection signs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthEntry {
    /// The name of the form.
    pub spec_name: String,
    /// Its values, without secrets.
    #[serde(default)]
    pub params: Map<String, Value>,
}

/// A dataset of the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatasetEntry {
    /// Its id in the sandbox that the document is from.
    pub id: String,
    /// Its name; by this it is found in another sandbox.
    pub name: String,
    /// Whether the flow reads from it or writes to it.
    pub role: DatasetRole,
    /// The schema of its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaEntry>,
}

/// What a flow does with a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatasetRole {
    /// It reads from it.
    Source,
    /// It writes to it.
    Target,
}

/// A schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaEntry {
    /// Its id in the sandbox that the document is from.
    pub id: String,
    /// Its title, for the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The rules of the mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MappingEntry {
    /// The name of the mapping set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The rules, in the dialect of the Data Prep API: `sourceType`, `source`, `destination`.
    pub mappings: Vec<Value>,
}
