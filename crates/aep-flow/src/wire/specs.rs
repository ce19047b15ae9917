//! Specifications.

use aep_core::{Client, Result};
use aep_gen::finish;
use aep_gen::flow_service::types::Configs;
use aep_gen::flow_service::{
    self, ListConnectionSpecConfigsOptions, ListConnectionSpecsOptions, ListFlowSpecsOptions,
};
use serde_json::Value;

use super::listed::single;
use super::{Listed, signed, some};

/// `GET /connectionSpecs`
pub(crate) async fn connection_specs(client: &Client, property: &Vec<String>) -> Result<Listed> {
    let options = ListConnectionSpecsOptions {
        property: some(property),
    };
    let answer = Box::pin(flow_service::client(client).list_connection_specs(options)).await;
    Listed::read(finish(answer).map_err(|error| error.rephrase("list connection specifications"))?)
}

/// `GET /connectionSpecs/{id}`; none if the list of one is empty.
pub(crate) async fn connection_spec(client: &Client, id: &str) -> Result<Option<Value>> {
    let answer = Box::pin(flow_service::client(client).get_connection_spec(id)).await;
    finish(answer)
        .map(single)
        .map_err(|error| error.rephrase("read the connection specification"))
}

/// `GET /flowSpecs`
pub(crate) async fn flow_specs(client: &Client, property: &Vec<String>) -> Result<Listed> {
    let options = ListFlowSpecsOptions {
        property: some(property),
    };
    let answer = Box::pin(flow_service::client(client).list_flow_specs(options)).await;
    Listed::read(finish(answer).map_err(|error| error.rephrase("list flow specifications"))?)
}

/// `GET /flowSpecs/{id}`; none if the list of one is empty.
pub(crate) async fn flow_spec(client: &Client, id: &str) -> Result<Option<Value>> {
    let answer = Box::pin(flow_service::client(client).get_flow_spec(id)).await;
    finish(answer)
        .map(single)
        .map_err(|error| error.rephrase("read the flow specification"))
}

/// What the choices of a specification are asked with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ConfigQuery<'a> {
    pub(crate) output_type: Option<&'a str>,
    pub(crate) output_field: Option<&'a str>,
    pub(crate) start: u64,
    pub(crate) limit: u64,
    pub(crate) properties: Option<&'a str>,
}

/// `GET /connectionSpecs/{id}/configs`
pub(crate) async fn spec_configs(
    client: &Client,
    id: &str,
    query: ConfigQuery<'_>,
) -> Result<Configs> {
    let options = ListConnectionSpecConfigsOptions {
        limit: Some(signed(query.limit)),
        output_field: query.output_field,
        output_type: query.output_type,
        properties: query.properties,
        start: Some(signed(query.start)),
    };
    let api = flow_service::client(client);
    let answer = Box::pin(api.list_connection_spec_configs(id, options)).await;
    finish(answer).map_err(|error| error.rephrase("read what the specification offers"))
}
