//! One run.

use aep_core::Result;

use super::{Run, Runs};
use crate::ids::RunId;
use crate::verbs;
use crate::wire::Kind;

impl Runs {
    /// The run with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub async fn get(&self, id: &RunId) -> Result<Run> {
        verbs::get(self.client(), Kind::Run, id.as_str()).await
    }
}
