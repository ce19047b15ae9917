//! States of flows.

use aep_core::{FlowId, Result};

use super::Flows;
use crate::model::Created;
use crate::verbs;
use crate::wire::Kind;

/// What can be done to the state of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlowAction {
    /// Lets it run by its schedule.
    Enable,
    /// Keeps it from running.
    Disable,
    /// Ends a draft.
    Publish,
    /// Ends the making; for providers only (code 1402).
    Finalize,
    /// Ends a change; for providers only (code 1402).
    FinalizeUpdate,
}

impl FlowAction {
    /// The word on the wire, in lower case as all examples have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Publish => "publish",
            Self::Finalize => "finalize",
            Self::FinalizeUpdate => "finalize_update",
        }
    }
}

impl Flows {
    /// Moves a flow to another state.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if its state does not allow it.
    pub async fn action(&self, id: &FlowId, action: FlowAction) -> Result<Created<FlowId>> {
        verbs::action(
            &self.service,
            Kind::Flow,
            id.as_str(),
            action.as_str(),
            FlowId::new,
        )
        .await
    }

    /// Lets a flow run by its schedule.
    ///
    /// # Errors
    ///
    /// As [`action`](Self::action).
    pub async fn enable(&self, id: &FlowId) -> Result<Created<FlowId>> {
        self.action(id, FlowAction::Enable).await
    }

    /// Keeps a flow from running. Runs that have begun go on.
    ///
    /// # Errors
    ///
    /// As [`action`](Self::action).
    pub async fn disable(&self, id: &FlowId) -> Result<Created<FlowId>> {
        self.action(id, FlowAction::Disable).await
    }
}
