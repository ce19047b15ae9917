//! Lists and counts.

use aep_core::{Client, Result};
use aep_gen::finish;
use aep_gen::flow_service::types::Page;
use aep_gen::flow_service::{
    self, ListConnectionsOptions, ListFlowsOptions, ListRunsOptions, ListSourceConnectionsOptions,
    ListTargetConnectionsOptions,
};

use super::{Kind, Listed, signed, some};

/// What a list is asked with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListQuery<'a> {
    pub(crate) property: &'a Vec<String>,
    pub(crate) limit: Option<u64>,
    pub(crate) order_by: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
}

async fn ask(
    client: &Client,
    kind: Kind,
    query: ListQuery<'_>,
    count: Option<bool>,
) -> Result<Page> {
    // five types with the same fields
    macro_rules! options {
        ($name:ident) => {
            $name {
                continuation_token: query.token,
                count,
                limit: query.limit.map(signed),
                orderby: query.order_by,
                property: some(query.property),
            }
        };
    }
    let api = flow_service::client(client);
    let answer = match kind {
        Kind::Connection => Box::pin(api.list_connections(options!(ListConnectionsOptions))).await,
        Kind::Source => {
            Box::pin(api.list_source_connections(options!(ListSourceConnectionsOptions))).await
        }
        Kind::Target => {
            Box::pin(api.list_target_connections(options!(ListTargetConnectionsOptions))).await
        }
        Kind::Flow => Box::pin(api.list_flows(options!(ListFlowsOptions))).await,
        Kind::Run => Box::pin(api.list_runs(options!(ListRunsOptions))).await,
    };
    finish(answer)
}

/// `GET /{kind}`
pub(crate) async fn list(client: &Client, kind: Kind, query: ListQuery<'_>) -> Result<Listed> {
    let page = ask(client, kind, query, None).await;
    Listed::read(page.map_err(|error| error.rephrase(format!("list {}s", kind.word())))?)
}

/// `GET /{kind}?count=true`, without a limit: the service refuses both together. None if the answer has no number.
pub(crate) async fn count(
    client: &Client,
    kind: Kind,
    property: &Vec<String>,
) -> Result<Option<u64>> {
    let query = ListQuery {
        property,
        limit: None,
        order_by: None,
        token: None,
    };
    let page = ask(client, kind, query, Some(true)).await;
    let page = page.map_err(|error| error.rephrase(format!("count {}s", kind.word())))?;
    Ok(page.count.and_then(|count| u64::try_from(count).ok()))
}
