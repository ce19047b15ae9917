//! Flow specifications. The service answers a list of them all at once.

use aep_core::{Error, ErrorKind, Result};
use futures::Stream;
use serde_json::Value;

use super::{FlowSpec, FlowSpecs};
use crate::filter::{PropertyFilter, texts};
use crate::ids::FlowSpecId;
use crate::search::Search;
use crate::verbs::{self, about_id, page};
use crate::wire::{self, Searched};

impl FlowSpecs {
    /// The specifications for which all conditions hold.
    ///
    /// # Errors
    ///
    /// What the service refuses.
    pub async fn list(&self, property: &[PropertyFilter]) -> Result<Vec<FlowSpec>> {
        let answer = wire::flow_specs(self.client(), &texts(property)).await?;
        Ok(page(answer, "flow specification", FlowSpec::read)?.items)
    }

    /// The specification with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none.
    pub async fn get(&self, id: &FlowSpecId) -> Result<FlowSpec> {
        let answer = wire::flow_spec(self.client(), id.as_str())
            .await
            .map_err(|error| about_id(error, id.as_str(), hint))?;
        match answer {
            Some(Value::Object(object)) => FlowSpec::read(object),
            _ => Err(
                Error::new(ErrorKind::NotFound, "find the flow specification")
                    .with("id", id)
                    .hint(hint()),
            ),
        }
    }

    /// The specifications that a search finds, as the service's objects. A page is fetched when it is needed.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn search(&self, search: Search) -> impl Stream<Item = Result<Value>> + Send + use<> {
        verbs::search(self.client(), Searched::FlowSpecs, search)
    }
}

fn hint() -> String {
    "`aep spec flows list` shows them".to_owned()
}
