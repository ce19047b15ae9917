//! Trying a connection, and looking through it.

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use super::Connections;
use crate::explore::{Exploration, Explore};
use crate::ids::ConnectionId;
use crate::json::text;
use crate::wire;

/// A column that a connection offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigColumn {
    /// Its name.
    pub name: String,
    /// Its type, as the service writes it.
    pub kind: Option<String>,
}

impl Connections {
    /// Whether the system takes the credentials. A connection that can't sign in is an answer and no error, as far as the
    /// service says it so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] for an unknown connection, and what the system says when it refuses.
    pub async fn test(&self, id: &ConnectionId) -> Result<bool> {
        let answer = wire::test_connection(self.client(), id.as_str())
            .await
            .map_err(|error| error.with("id", id))?;
        answer.ok_or_else(|| {
            Error::new(ErrorKind::Protocol, "test the connection")
                .with("id", id)
                .because("the answer has no `result`")
        })
    }

    /// What there is: folders, files, tables, columns, rows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for a file whose properties are said and to be detected, or neither.
    pub async fn explore(&self, id: &ConnectionId, explore: Explore) -> Result<Exploration> {
        let question = explore.question()?;
        let answer = wire::explore_connection(self.client(), id.as_str(), &question).await;
        answer
            .map(Exploration::read)
            .map_err(|error| error.with("id", id))
    }

    /// The columns that the connection offers for configuration.
    ///
    /// # Errors
    ///
    /// What the service refuses.
    pub async fn configs(&self, id: &ConnectionId) -> Result<Vec<ConfigColumn>> {
        let answer = wire::connection_configs(self.client(), id.as_str())
            .await
            .map_err(|error| error.with("id", id))?;
        Ok(answer
            .iter()
            .filter_map(Value::as_object)
            .map(|column| ConfigColumn {
                name: text(column, "columnName").unwrap_or_default(),
                kind: text(column, "columnType"),
            })
            .collect())
    }
}
