//! States of connections.

use aep_core::{Error, ErrorKind, Result};

use super::{Connection, Connections};
use crate::ids::ConnectionId;
use crate::model::{Created, State};
use crate::patch::PatchOp;
use crate::verbs;
use crate::wire::Kind;

/// What can be done to the state of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionAction {
    /// Ends a draft.
    Publish,
    /// Ends the making; for providers only (code 1402).
    Finalize,
    /// Ends a change; for providers only (code 1402).
    FinalizeUpdate,
}

impl ConnectionAction {
    /// The word on the wire, in lower case as all examples have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Finalize => "finalize",
            Self::FinalizeUpdate => "finalize_update",
        }
    }
}

impl Connections {
    /// Moves a connection to another state.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if its state does not allow it.
    pub async fn action(
        &self,
        id: &ConnectionId,
        action: ConnectionAction,
    ) -> Result<Created<ConnectionId>> {
        verbs::action(
            &self.service,
            Kind::Connection,
            id.as_str(),
            action.as_str(),
            ConnectionId::new,
        )
        .await
    }

    /// Takes a connection into use again. It is read, its state is replaced, and it is read again: there is no action for
    /// it, and the states that may be written are enabled, disabled and initializing (code 1456).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if it changes at the same time or is in a state that passes by itself.
    pub async fn enable(&self, id: &ConnectionId) -> Result<Connection> {
        self.turn(id, State::Enabled).await
    }

    /// Takes a connection out of use.
    ///
    /// # Errors
    ///
    /// As [`enable`](Self::enable).
    pub async fn disable(&self, id: &ConnectionId) -> Result<Connection> {
        self.turn(id, State::Disabled).await
    }

    async fn turn(&self, id: &ConnectionId, wanted: State) -> Result<Connection> {
        let now = self.get(id).await?;
        match &now.state {
            Some(state) if *state == wanted => return Ok(now),
            Some(state) if state.is_passing() => {
                return Err(
                    Error::new(ErrorKind::Conflict, "change the connection's state")
                        .with("id", id)
                        .with("state", state)
                        .because("it is about to change by itself")
                        .hint("try again in a while"),
                );
            }
            _ => {}
        }
        let operation = match &now.state {
            Some(_) => PatchOp::replace("/state", wanted.as_str()),
            None => PatchOp::add("/state", wanted.as_str()),
        };
        self.update(id, &now.etag, vec![operation]).await?;
        self.get(id).await
    }
}
