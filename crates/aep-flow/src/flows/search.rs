//! Searching flows.

use aep_core::Result;
use futures::Stream;
use serde_json::Value;

use super::Flows;
use crate::search::Search;
use crate::verbs;
use crate::wire::Searched;

impl Flows {
    /// The flows that a search finds, as the service's objects. A page is fetched when it is needed.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn search(&self, search: Search) -> impl Stream<Item = Result<Value>> + Send + use<> {
        verbs::search(self.client(), Searched::Flows, search)
    }
}
