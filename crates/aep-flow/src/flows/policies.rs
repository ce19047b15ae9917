//! The policies that a flow has to keep.

use aep_core::{Error, ErrorKind, FlowId, Result};
use serde_json::json;

use super::{Flow, Flows};
use crate::patch::PatchOp;

/// What is done with the policies that a flow has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PolicyChange {
    /// The new ones take their place.
    #[default]
    Replace,
    /// The new ones are added to them.
    Add,
}

impl Flows {
    /// Sets the marketing actions whose policies a flow has to keep, `/dulepolicy/marketingActions/ID` each, and answers
    /// the flow as it is then. The flow is read first, and the change is made to the version that was read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if somebody changed the flow at the same time.
    pub async fn policies(
        &self,
        id: &FlowId,
        policies: &[&str],
        change: PolicyChange,
    ) -> Result<Flow> {
        if policies.iter().any(|policy| policy.trim().is_empty()) {
            return Err(Error::new(ErrorKind::Usage, "set the policies of the flow")
                .because("one of them is empty"));
        }
        let flow = self.get(id).await?;
        let mut refs = match change {
            PolicyChange::Replace => Vec::new(),
            PolicyChange::Add => flow.policies(),
        };
        for policy in policies {
            if !refs.iter().any(|known| known == policy) {
                refs.push((*policy).to_owned());
            }
        }
        let value = json!({"enforcementRefs": refs});
        let operation = if flow
            .raw()
            .get("policy")
            .is_some_and(|policy| !policy.is_null())
        {
            PatchOp::replace("/policy", value)
        } else {
            PatchOp::add("/policy", value)
        };
        self.update(id, &flow.etag, vec![operation]).await?;
        self.get(id).await
    }
}
