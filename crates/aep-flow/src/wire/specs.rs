//! Specifications, and what can be asked about a system.

use aep_core::{Client, Result};
use http::Method;
use serde_json::Value;

use super::call::Call;
use crate::explore::Question;
use crate::json::{Object, object};

/// `GET /connectionSpecs`
pub(crate) async fn connection_specs(client: &Client, property: &[String]) -> Result<Object> {
    let answer = Call::new(
        client,
        "listConnectionSpecs",
        Method::GET,
        &["connectionSpecs"],
    )?
    .all("property", property)
    .json(client)
    .await?;
    object(answer, "a list")
}

/// `GET /connectionSpecs/{id}`
pub(crate) async fn connection_spec(client: &Client, id: &str) -> Result<Value> {
    Call::new(
        client,
        "getConnectionSpec",
        Method::GET,
        &["connectionSpecs", id],
    )?
    .json(client)
    .await
}

/// `GET /flowSpecs`
pub(crate) async fn flow_specs(client: &Client, property: &[String]) -> Result<Object> {
    let answer = Call::new(client, "listFlowSpecs", Method::GET, &["flowSpecs"])?
        .all("property", property)
        .json(client)
        .await?;
    object(answer, "a list")
}

/// `GET /flowSpecs/{id}`
pub(crate) async fn flow_spec(client: &Client, id: &str) -> Result<Value> {
    Call::new(client, "getFlowSpec", Method::GET, &["flowSpecs", id])?
        .json(client)
        .await
}

/// `GET /connections/{id}/test`
pub(crate) async fn test_connection(client: &Client, id: &str) -> Result<Value> {
    Call::new(
        client,
        "testConnection",
        Method::GET,
        &["connections", id, "test"],
    )?
    .json(client)
    .await
}

/// `GET /connections/{id}/configs`
pub(crate) async fn connection_configs(client: &Client, id: &str) -> Result<Value> {
    Call::new(
        client,
        "listConnectionConfigs",
        Method::GET,
        &["connections", id, "configs"],
    )?
    .json(client)
    .await
}

async fn explore(client: &Client, path: &[&str], question: &Question) -> Result<Value> {
    let flag = |flag: Option<bool>| flag.map(|flag| if flag { "true" } else { "false" });
    Call::new(client, "explore", Method::GET, path)?
        .query("objectType", Some(question.object_type))
        .query("object", question.object.as_deref())
        .query("fileType", question.file_type.as_deref())
        .query("compressionType", question.compression.as_deref())
        .query("columnDelimiter", question.column_delimiter.as_deref())
        .query("encoding", question.encoding.as_deref())
        .query("preview", flag(question.preview))
        .query("determineProperties", flag(question.determine_properties))
        .query("sourceParams", question.source_params.as_deref())
        .json(client)
        .await
}

/// `GET /connections/{id}/explore`
pub(crate) async fn explore_connection(
    client: &Client,
    id: &str,
    question: &Question,
) -> Result<Value> {
    explore(client, &["connections", id, "explore"], question).await
}

/// `GET /connectionSpecs/{id}/explore`
pub(crate) async fn explore_spec(client: &Client, id: &str, question: &Question) -> Result<Value> {
    explore(client, &["connectionSpecs", id, "explore"], question).await
}

/// What the choices of a specification are asked with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ConfigQuery<'a> {
    pub(crate) output_type: Option<&'a str>,
    pub(crate) output_field: Option<&'a str>,
    pub(crate) start: Option<u64>,
    pub(crate) limit: Option<u64>,
    pub(crate) properties: Option<&'a str>,
}

/// `GET /connectionSpecs/{id}/configs`
pub(crate) async fn spec_configs(
    client: &Client,
    id: &str,
    query: ConfigQuery<'_>,
) -> Result<Object> {
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    let answer = Call::new(
        client,
        "listConnectionSpecConfigs",
        Method::GET,
        &["connectionSpecs", id, "configs"],
    )?
    .query("outputType", query.output_type)
    .query("outputField", query.output_field)
    .query("start", number(query.start).as_deref())
    .query("limit", number(query.limit).as_deref())
    .query("properties", query.properties)
    .json(client)
    .await?;
    object(answer, "a list")
}
