//! A run and everything it is about.

use serde_json::Value;

use crate::flow::engine::work::{self, Work};
use crate::gateway::Caller;
use crate::routes::AppState;
use crate::state::{StateError, kind};
use crate::zone::{Place, ZoneType, key_of};

/// Published ids of connection specs.
const LAKE_TARGET: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";
const LAKE_SOURCE: &str = "23598e46-f560-407b-88d5-ea6207e49db0";
const ZONE_SOURCE: &str = "26f526f2-58f4-4712-961d-e41bf1ccc0e8";
const ZONE_TARGET: &str = "10440537-2a7b-4583-ac39-ed38d4b848e8";

/// A run with its flow and the connections of that.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) sandbox: String,
    /// Id of the run.
    pub(crate) run: String,
    pub(crate) flow: Value,
    pub(crate) source: Value,
    pub(crate) target: Value,
    pub(crate) work: Work,
}

/// What kind of run it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Files of a storage into a dataset.
    Ingest,
    /// Datasets into files of a storage.
    Export,
    /// One that the emulator does not run, and why.
    Other(String),
}

impl Subject {
    /// Reads a run that goes on; `None` when there is none. One whose flow was deleted is forgotten.
    pub(crate) async fn load(
        state: &AppState,
        sandbox: &str,
        run: &str,
    ) -> Result<Option<Self>, StateError> {
        let (sandbox, run) = (sandbox.to_owned(), run.to_owned());
        state
            .store
            .write(move |tx| -> Result<Option<Self>, StateError> {
                let Some(work) = work::open(tx, &sandbox, &run)? else {
                    return Ok(None);
                };
                let flow = tx.get(kind::FLOW, &sandbox, &work.flow)?;
                let row = tx.get(kind::RUN, &sandbox, &run)?;
                let (Some(flow), Some(_)) = (flow, row) else {
                    work::forget(tx, &sandbox, &run)?;
                    return Ok(None);
                };
                let end = |kind: &str, key: &str| {
                    let id = flow[key][0].as_str().unwrap_or_default();
                    tx.get(kind, &sandbox, id).map(Option::unwrap_or_default)
                };
                let source = end(kind::SOURCE_CONNECTION, "sourceConnectionIds")?;
                let target = end(kind::TARGET_CONNECTION, "targetConnectionIds")?;
                Ok(Some(Self {
                    sandbox,
                    run,
                    flow,
                    source,
                    target,
                    work,
                }))
            })
            .await
    }

    /// What kind of run it is, by the specs of its connections.
    pub(crate) fn kind(&self) -> Kind {
        let (source, target) = (spec(&self.source), spec(&self.target));
        if source == LAKE_SOURCE && target != LAKE_TARGET {
            Kind::Export
        } else if target == LAKE_TARGET && source != LAKE_SOURCE {
            Kind::Ingest
        } else {
            Kind::Other(format!(
                "the emulator does not run flows from connection spec {source} to {target}"
            ))
        }
    }

    /// Id of the flow.
    pub(crate) fn flow_id(&self) -> &str {
        &self.work.flow
    }

    /// On whose behalf it runs: whoever made the flow.
    pub(crate) fn caller(&self) -> Caller {
        let text = |key: &str| self.flow[key].as_str().unwrap_or_default().to_owned();
        Caller {
            org: text("imsOrgId"),
            sandbox: self.sandbox.clone(),
            sandbox_id: text("sandboxId"),
            client_id: text("createdClient"),
            user: text("createdBy"),
        }
    }

    /// The storage of the source, and the path in it.
    pub(crate) fn source_place(&self) -> (Place, String) {
        let path = self.source["params"]["path"].as_str().unwrap_or_default();
        if spec(&self.source) == ZONE_SOURCE {
            let kind = ZoneType::UserDropZone;
            let key = key_of(&self.sandbox, kind, path).to_owned();
            (Place::landing(&self.sandbox, kind), key)
        } else {
            bucket(&self.source["params"], path)
        }
    }

    /// The storage of the target, and the folder in it.
    pub(crate) fn target_place(&self) -> (Place, String) {
        let params = &self.target["params"];
        let path = params["path"]
            .as_str()
            .or_else(|| params["remotePath"].as_str())
            .unwrap_or_default();
        if spec(&self.target) == ZONE_TARGET {
            let kind = ZoneType::DlzDestination;
            let key = key_of(&self.sandbox, kind, path).to_owned();
            (Place::landing(&self.sandbox, kind), key)
        } else {
            bucket(params, path)
        }
    }
}

fn spec(connection: &Value) -> &str {
    connection["connectionSpec"]["id"]
        .as_str()
        .unwrap_or("(none)")
}

/// Cloud storages are buckets of the emulator: the one that the parameters name, else the first folder of the path.
fn bucket(params: &Value, path: &str) -> (Place, String) {
    let path = path.trim_start_matches('/');
    let named = ["bucketName", "container", "containerName"]
        .iter()
        .find_map(|key| params[*key].as_str());
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match named.map(|name| name.trim_matches('/')) {
        Some(name) if name != first => (Place::bucket(name), path.to_owned()),
        _ => (Place::bucket(first), rest.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_of_cloud_storages_begin_with_a_bucket() {
        let named = json!({"bucketName": "acme"});
        for (params, path, key) in [
            (json!({}), "/acme/in/a.csv", "in/a.csv"),
            (json!({}), "acme", ""),
            (named.clone(), "in/a.csv", "in/a.csv"),
            (named, "/acme/in/a.csv", "in/a.csv"),
        ] {
            assert_eq!(
                bucket(&params, path),
                (Place::bucket("acme"), key.to_owned())
            );
        }
    }
}
