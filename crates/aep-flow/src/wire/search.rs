//! Searches: they are POSTs that read.

use aep_core::{Client, Result};
use aep_gen::finish;
use aep_gen::flow_service::types::SearchRequest;
use aep_gen::flow_service::{self, SearchConnectionsOptions, SearchFlowsOptions};

use super::{Listed, signed};
use crate::search::Search;

/// What can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Searched {
    Connections,
    Flows,
    FlowSpecs,
}

/// `POST /{what}/search`
pub(crate) async fn search(
    client: &Client,
    what: Searched,
    search: &Search,
    token: Option<&str>,
) -> Result<Listed> {
    let api = flow_service::client(client);
    let body = SearchRequest {
        group_by_property: search.group_by.clone(),
        limit: (search.page_size > 0).then(|| signed(search.page_size)),
        orderby: search.order_by.clone(),
        projection_fields: search.fields.clone(),
        query_string: Some(search.query.clone()),
        ..SearchRequest::default()
    };
    let continuation_token = token;
    let (answer, words) = match what {
        Searched::Connections => {
            let options = SearchConnectionsOptions { continuation_token };
            let answer = Box::pin(api.search_connections(options, &body)).await;
            (answer, "search connections")
        }
        Searched::Flows => {
            let options = SearchFlowsOptions {
                continuation_token,
                ..SearchFlowsOptions::default()
            };
            (
                Box::pin(api.search_flows(options, &body)).await,
                "search flows",
            )
        }
        Searched::FlowSpecs => {
            let answer = Box::pin(api.search_flow_specs(&body)).await;
            (answer, "search flow specifications")
        }
    };
    Listed::read(finish(answer).map_err(|error| error.rephrase(words))?)
}
