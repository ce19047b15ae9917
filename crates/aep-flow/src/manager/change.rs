//! Changing the flow.

use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};

use super::FlowManager;
use crate::PatchOp;
use crate::flows::Flow;
use crate::mapping::MappingSetId;

impl FlowManager {
    /// Changes the flow as it was read here: if somebody changed it since, nothing is changed. Answers the flow as it is
    /// afterwards, freshly read; all parts are forgotten.
    ///
    /// # Errors
    /// [`Conflict`](ErrorKind::Conflict) if the flow was changed since it was read ([`refresh`](Self::refresh) and look
    /// again), and what the service refuses. After an error what is known stays as it was.
    pub async fn update(&self, operations: Vec<PatchOp>) -> Result<Arc<Flow>> {
        let flow = self.flow().await?;
        self.service
            .flows()
            .update(&self.id, &flow.etag, operations)
            .await?;
        self.refresh();
        self.flow().await
    }

    /// Makes the flow use a mapping set: its own or another one, in its newest version or a given one. What else the
    /// transformation holds stays; a flow without a mapping gets one.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage) if no set is given and the flow has none, [`NotFound`](ErrorKind::NotFound) if there is
    /// no such set or version, and as [`update`](Self::update).
    pub async fn use_mapping(
        &self,
        set: Option<&MappingSetId>,
        version: Option<u64>,
    ) -> Result<Arc<Flow>> {
        let flow = self.flow().await?;
        let current = flow.mapping();
        let id = match (set, &current) {
            (Some(id), _) => id.clone(),
            (None, Some(mapping)) => MappingSetId::new(mapping.id.as_str())?,
            (None, None) => {
                return Err(Error::new(ErrorKind::Usage, "change the flow's mapping")
                    .with("flow", &self.id)
                    .because("it has no mapping")
                    .hint("name the mapping set that it should use"));
            }
        };
        let found = self.service.mapping_sets().get(&id, version).await?;
        let version = version.unwrap_or(found.version);
        self.update(vec![change(&flow, &id, version)]).await
    }
}

/// The operation that sets the mapping at the place where the flow has one.
fn change(flow: &Flow, id: &MappingSetId, version: u64) -> PatchOp {
    let mapping = json!({"mappingId": id, "mappingVersion": version});
    let place = flow
        .transformations
        .iter()
        .rposition(|one| one.name == "Mapping");
    if let Some(place) = place {
        let mut params = flow.transformations[place].params.clone();
        if let (Value::Object(params), Value::Object(mapping)) = (&mut params, &mapping) {
            params.extend(mapping.clone());
        } else {
            params = mapping;
        }
        return PatchOp::replace(
            format!("/transformations/{place}"),
            json!({"name": "Mapping", "params": params}),
        );
    }
    let new = json!({"name": "Mapping", "params": mapping});
    if flow.transformations.is_empty() {
        return PatchOp::add("/transformations", json!([new]));
    }
    PatchOp::add("/transformations/-", new)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::json::object;
    use crate::model::Stored;

    fn changed(transformations: &Value) -> Value {
        let raw = json!({"id": "f-1", "transformations": transformations});
        let flow = Flow::read(object(raw, "a test").unwrap()).unwrap();
        let op = change(&flow, &MappingSetId::new("m2").unwrap(), 3);
        serde_json::to_value(op).unwrap()
    }

    #[test]
    fn the_mapping_is_changed_where_it_is_and_keeps_its_other_params() {
        let changed = changed(
            &json!([{"name": "Copy", "params": {"deltaColumn": {"name": "at"}}},
            {"name": "Mapping", "params": {"mappingId": "m1", "mappingVersion": "1", "other": true}}]),
        );
        assert_eq!(
            changed,
            json!({"op": "replace", "path": "/transformations/1", "value":
                {"name": "Mapping", "params": {"mappingId": "m2", "mappingVersion": 3, "other": true}}})
        );
    }

    #[test]
    fn a_flow_without_a_mapping_gets_one() {
        assert_eq!(changed(&Value::Null)["path"], "/transformations");
        assert_eq!(
            changed(&json!([{"name": "Copy"}]))["path"],
            "/transformations/-"
        );
        let without = changed(&json!([{"name": "Mapping", "params": null}]));
        assert_eq!(without["value"]["params"]["mappingId"], "m2");
    }
}
