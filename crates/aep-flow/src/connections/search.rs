//! Searching connections.

use aep_core::Result;
use futures::Stream;
use serde_json::Value;

use super::Connections;
use crate::search::Search;
use crate::verbs;
use crate::wire::Searched;

impl Connections {
    /// The connections that a search finds, as the service's objects. A page is fetched when it is needed.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn search(&self, search: Search) -> impl Stream<Item = Result<Value>> + Send + use<> {
        verbs::search(self.client(), Searched::Connections, search)
    }
}
