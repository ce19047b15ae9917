//! One connection specification.

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use super::{ConnectionSpec, ConnectionSpecs};
use crate::ids::ConnectionSpecId;
use crate::verbs::about_id;
use crate::wire;

impl ConnectionSpecs {
    /// The specification with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none.
    pub async fn get(&self, id: &ConnectionSpecId) -> Result<ConnectionSpec> {
        let answer = wire::connection_spec(self.client(), id.as_str())
            .await
            .map_err(|error| about_id(error, id.as_str(), hint))?;
        match answer {
            Some(Value::Object(object)) => ConnectionSpec::read(object),
            _ => Err(
                Error::new(ErrorKind::NotFound, "find the connection specification")
                    .with("id", id)
                    .hint(hint()),
            ),
        }
    }
}

fn hint() -> String {
    "`aep spec connections list` shows them".to_owned()
}
