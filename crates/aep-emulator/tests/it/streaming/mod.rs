//! Inlets (catalog-access-schema.md 6, flow-service.md 16).

mod killed;
mod many;
mod one;
mod raw;

use std::time::Duration;

use serde_json::{Value, json};

use crate::batch::{Batch, member};
use crate::flow_service::{LAKE, STREAM, STREAMING, make, one, spec};
use crate::support::{Answer, CATALOG, World, send};

/// An inlet with a flow into the members.
pub(super) struct Inlet {
    pub(super) id: String,
    pub(super) connection: String,
    pub(super) source: String,
    pub(super) flow: String,
    pub(super) dataset: String,
    pub(super) schema: String,
}

impl Inlet {
    pub(super) async fn new(world: &World, params: Value) -> Self {
        Self::with_flow(world, params, STREAM, json!([])).await
    }

    pub(super) async fn with_flow(
        world: &World,
        params: Value,
        flow: &str,
        transformations: Value,
    ) -> Self {
        let mut all = json!({"sourceId": "shop", "dataType": "xdm", "name": "inlet"});
        for (key, value) in params.as_object().unwrap() {
            all[key] = value.clone();
        }
        let base = json!({"name": "inlet", "connectionSpec": spec(STREAMING),
            "auth": {"specName": "Streaming Connection", "params": all}});
        let connection = make(world, "connections", &base).await;
        let found = one(world, "connections", &connection).await;
        let id = found["auth"]["params"]["inletId"]
            .as_str()
            .unwrap()
            .to_owned();
        let source = json!({"name": "messages", "baseConnectionId": connection,
            "connectionSpec": spec(STREAMING), "data": {"format": "json"}});
        let source = make(world, "sourceConnections", &source).await;
        let dataset = world.dataset("Loyalty Members").await;
        let mut inlet = Self {
            id,
            connection,
            source,
            flow: String::new(),
            schema: schema(world, &dataset).await,
            dataset,
        };
        inlet.flow = inlet.another_flow(world, flow, transformations).await;
        inlet
    }

    pub(super) async fn another_flow(
        &self,
        world: &World,
        flow: &str,
        transformations: Value,
    ) -> String {
        let target = json!({"name": "lake", "data": {"format": "parquet_xdm"},
            "connectionSpec": spec(LAKE), "params": {"dataSetId": self.dataset}});
        let body = json!({"name": "stream", "flowSpec": spec(flow), "transformations": transformations,
            "sourceConnectionIds": [self.source],
            "targetConnectionIds": [make(world, "targetConnections", &target).await]});
        make(world, "flows", &body).await
    }

    /// A message with a row.
    pub(super) fn message(&self, row: &Value) -> Value {
        let schema = json!({
            "id": self.schema, "contentType": "application/vnd.adobe.xed-full+json;version=1",
        });
        json!({
            "header": {"schemaRef": schema, "imsOrgId": "LOCAL@AdobeOrg", "datasetId": self.dataset,
                "createdAt": "1767225600000", "source": {"name": "probe"}},
            "body": {"xdmMeta": {"schemaRef": schema}, "xdmEntity": row},
        })
    }

    pub(super) async fn send(&self, world: &World, body: &Value) -> Answer {
        let path = format!("/collection/{}", self.id);
        send(world.bare("POST", &path).json(body)).await
    }

    pub(super) async fn send_many(&self, world: &World, messages: &[Value]) -> Answer {
        let path = format!("/collection/batch/{}", self.id);
        send(
            world
                .bare("POST", &path)
                .json(&json!({"messages": messages})),
        )
        .await
    }
}

pub(super) async fn schema(world: &World, dataset: &str) -> String {
    let found = world
        .get(&format!("{CATALOG}/dataSets/{dataset}"))
        .await
        .expect(200);
    found[dataset]["schemaRef"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A member whose id has the form that the schema wants, for streams are checked for patterns.
pub(super) fn streamed(n: u32) -> Value {
    let row = member(n);
    assert!(row["_local"]["memberId"].as_str().unwrap().starts_with('M'));
    row
}

/// The batches of a dataset that are at their end, by status.
pub(super) async fn ended(world: &World, dataset: &str, status: &str) -> Vec<Value> {
    let path = format!("{CATALOG}/batches?dataSet={dataset}&status={status}&limit=100");
    let found = world.get(&path).await.expect(200);
    found.as_object().unwrap().values().cloned().collect()
}

/// Waits until so many rows have landed; answers their ids, sorted.
pub(super) async fn landed(world: &World, dataset: &str, count: usize) -> Vec<String> {
    for _ in 0..6000 {
        let mut ids = Vec::new();
        for batch in ended(world, dataset, "success").await {
            let batch = Batch {
                world,
                id: batch["id"].as_str().unwrap().to_owned(),
                dataset: dataset.to_owned(),
            };
            for row in batch.stored().await {
                ids.push(row["_id"].as_str().unwrap().to_owned());
            }
        }
        assert!(ids.len() <= count, "{ids:?}");
        if ids.len() == count {
            ids.sort();
            return ids;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} rows never landed");
}

/// Waits until so many rows have failed; answers them.
pub(super) async fn failed(world: &World, dataset: &str, count: usize) -> Vec<Value> {
    for _ in 0..6000 {
        let mut rows = Vec::new();
        for batch in ended(world, dataset, "failure").await {
            let batch = Batch {
                world,
                id: batch["id"].as_str().unwrap().to_owned(),
                dataset: dataset.to_owned(),
            };
            let listed = batch.export("failed").await.expect(200);
            for file in listed["data"].as_array().unwrap() {
                let name = file["name"].as_str().unwrap();
                rows.extend(batch.lines(&format!("failed?path={name}")).await);
            }
        }
        assert!(rows.len() <= count, "{rows:?}");
        if rows.len() == count {
            return rows;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} rows never failed");
}
