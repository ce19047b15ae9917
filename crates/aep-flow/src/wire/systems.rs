//! What systems say through a connection, or without one.

use aep_core::{Client, Error, ErrorKind, Result};
use aep_gen::finish;
use aep_gen::flow_service::types::FileType;
use aep_gen::flow_service::{self, ExploreConnectionOptions, ExploreConnectionSpecOptions};
use serde_json::Value;

use crate::explore::Question;

/// `GET /connections/{id}/test`; none if the answer does not say.
pub(crate) async fn test_connection(client: &Client, id: &str) -> Result<Option<bool>> {
    let answer = Box::pin(flow_service::client(client).test_connection(id)).await;
    finish(answer)
        .map(|answer| answer.result)
        .map_err(|error| error.rephrase("test the connection"))
}

/// `GET /connections/{id}/configs`
pub(crate) async fn connection_configs(client: &Client, id: &str) -> Result<Vec<Value>> {
    let answer = Box::pin(flow_service::client(client).list_connection_configs(id)).await;
    finish(answer)
        .map(|answer| answer.items)
        .map_err(|error| error.rephrase("read what the connection offers"))
}

// two types with the same fields
macro_rules! options {
    ($name:ident, $question:ident) => {
        $name {
            column_delimiter: $question.column_delimiter.as_deref(),
            compression_type: $question.compression.as_deref(),
            determine_properties: $question.determine_properties,
            encoding: $question.encoding.as_deref(),
            file_type: file_type($question)?,
            object: $question.object.as_deref(),
            preview: $question.preview,
            source_params: $question.source_params.as_deref(),
        }
    };
}

fn file_type(question: &Question) -> Result<Option<FileType>> {
    let Some(word) = question.file_type.as_deref() else {
        return Ok(None);
    };
    FileType::try_from(word).map(Some).map_err(|_| {
        Error::new(ErrorKind::Usage, "explore")
            .with("format", word)
            .because("files are delimited, json or parquet")
    })
}

/// `GET /connections/{id}/explore`
pub(crate) async fn explore_connection(
    client: &Client,
    id: &str,
    question: &Question,
) -> Result<Value> {
    let options = options!(ExploreConnectionOptions, question);
    let api = flow_service::client(client);
    let answer = Box::pin(api.explore_connection(id, question.object_type, options)).await;
    finish(answer).map_err(|error| error.rephrase("explore through the connection"))
}

/// `GET /connectionSpecs/{id}/explore`
pub(crate) async fn explore_spec(client: &Client, id: &str, question: &Question) -> Result<Value> {
    let options = options!(ExploreConnectionSpecOptions, question);
    let api = flow_service::client(client);
    let answer = Box::pin(api.explore_connection_spec(id, question.object_type, options)).await;
    finish(answer).map_err(|error| error.rephrase("explore"))
}
