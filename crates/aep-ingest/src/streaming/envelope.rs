//! From a row to a message.

use aep_core::{Error, ErrorKind, FlowId, OrgId, Result, SchemaId};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Refusal;
use crate::Dataset;

/// What is around a row in a message: its schema, its dataset, whose it is. The fields are those of Adobe's document of
/// streaming ingestion.
#[derive(Debug, Clone)]
pub struct Envelope {
    schema: SchemaId,
    content_type: String,
    org: OrgId,
    dataset: String,
    source: Option<String>,
}

#[derive(Serialize)]
struct Message<'a> {
    header: Header<'a>,
    body: Body<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Header<'a> {
    schema_ref: Reference<'a>,
    ims_org_id: &'a str,
    dataset_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flow_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    xdm_meta: Meta<'a>,
    xdm_entity: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    schema_ref: Reference<'a>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference<'a> {
    id: &'a str,
    content_type: &'a str,
}

impl Envelope {
    /// For rows of the schema of this dataset.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if the dataset names no schema.
    pub fn of(dataset: &Dataset, org: OrgId) -> Result<Self> {
        let Some(schema) = dataset.schema.clone() else {
            return Err(Error::new(ErrorKind::Usage, "wrap rows into messages")
                .with("dataset", &dataset.id)
                .because("the dataset names no schema"));
        };
        let named = dataset
            .raw()
            .get("schemaRef")
            .and_then(|schema| schema["contentType"].as_str());
        let version = named.map_or("1", major);
        Ok(Self {
            content_type: format!("application/vnd.adobe.xed-full+json;version={version}"),
            schema,
            org,
            dataset: dataset.id.to_string(),
            source: None,
        })
    }

    /// Another schema than that of the dataset.
    #[must_use]
    pub fn schema(mut self, schema: SchemaId) -> Self {
        self.schema = schema;
        self
    }

    /// The name of where the rows come from, `header.source.name`.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>) -> Self {
        self.source = Some(name.into());
        self
    }

    pub(super) fn around(&self, row: &RawValue, flow: Option<&FlowId>) -> Result<Vec<u8>, Refusal> {
        let schema_ref = Reference {
            id: self.schema.as_str(),
            content_type: &self.content_type,
        };
        let message = Message {
            header: Header {
                schema_ref,
                ims_org_id: self.org.as_str(),
                dataset_id: &self.dataset,
                flow_id: flow.map(FlowId::as_str),
                source: self.source.as_deref().map(|name| Source { name }),
            },
            body: Body {
                xdm_meta: Meta { schema_ref },
                xdm_entity: row,
            },
        };
        serde_json::to_vec(&message).map_err(|error| Refusal::ours(error.to_string()))
    }
}

/// The first part of the version in `…;version=1.3`.
fn major(content_type: &str) -> &str {
    let version = content_type.split("version=").nth(1).unwrap_or_default();
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    match &version[..digits] {
        "" => "1",
        digits => digits,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_row_is_put_into_a_message_as_it_is_written() {
        let schema = "https://ns.adobe.com/acme/schemas/0a1b";
        let envelope = Envelope {
            schema: SchemaId::new(schema).unwrap(),
            content_type: "application/vnd.adobe.xed-full+json;version=1".to_owned(),
            org: OrgId::new("A@AdobeOrg").unwrap(),
            dataset: "d1".to_owned(),
            source: None,
        };
        let row: &RawValue = serde_json::from_str(r#"{"_id":"1","n":1.50}"#).unwrap();
        let flow = FlowId::new("f1").unwrap();
        let message = envelope.around(row, Some(&flow)).unwrap();
        let text = std::str::from_utf8(&message).unwrap();
        assert!(
            text.contains(r#""xdmEntity":{"_id":"1","n":1.50}"#),
            "{text}"
        );
        let reference = json!({
            "id": schema, "contentType": "application/vnd.adobe.xed-full+json;version=1"
        });
        assert_eq!(
            serde_json::from_slice::<Value>(&message).unwrap(),
            json!({
                "header": {
                    "schemaRef": reference, "imsOrgId": "A@AdobeOrg", "datasetId": "d1", "flowId": "f1"
                },
                "body": {"xdmMeta": {"schemaRef": reference}, "xdmEntity": {"_id": "1", "n": 1.5}}
            })
        );
    }

    #[test]
    fn the_version_of_the_schema_is_kept() {
        assert_eq!(major("application/vnd.adobe.xed+json;version=2"), "2");
        assert_eq!(
            major("application/vnd.adobe.xed-full+json; version=1.3"),
            "1"
        );
        assert_eq!(major("application/vnd.adobe.xed+json"), "1");
    }
}
