//! The runs of a flow.

use aep_core::Result;
use futures::Stream;

use super::FlowManager;
use crate::runs::{Run, RunFilter};

impl FlowManager {
    /// The runs of this flow that the filter lets through, whatever flow it names; the newest first. A page is fetched
    /// when it is needed.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn runs(&self, filter: RunFilter) -> impl Stream<Item = Result<Run>> + Send + use<> {
        self.service.runs().list(RunFilter {
            flow: Some(self.id.clone()),
            ..filter
        })
    }
}
