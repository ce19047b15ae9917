//! A manager by what people call the flow.

use aep_core::Result;

use super::FlowManager;
use crate::FlowService;

impl FlowManager {
    /// The flow with this id or name.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is none, [`Usage`](aep_core::ErrorKind::Usage) with the
    /// candidates if several have the name.
    pub async fn find(service: &FlowService, id_or_name: &str) -> Result<Self> {
        let flow = service.flows().find(id_or_name).await?;
        let manager = Self::new(service, &flow.id);
        // what was just read need not be fetched again
        manager.parts().keep(flow);
        Ok(manager)
    }
}
