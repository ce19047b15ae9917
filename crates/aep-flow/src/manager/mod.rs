//! A flow and everything that it points at, as one value.
//!
//! ```no_run
//! # async fn example(service: aep_flow::FlowService) -> aep_core::Result<()> {
//! use aep_flow::manager::FlowManager;
//!
//! let manager = FlowManager::find(&service, "nightly events").await?;
//! let summary = manager.summary().await?;
//! println!("{} reads {:?}", summary.name, summary.source);
//! manager.use_mapping(None, None).await?; // the newest version of its mapping set
//! # Ok(())
//! # }
//! ```
//!
//! Every part is fetched when it is first wanted, and once; parts that do not depend on each other are fetched at the
//! same time. A part that can't be read is an error of its own and does not hide the others.

mod change;
mod destination;
mod find;
mod part;
mod parts;
mod runs;
mod summary;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aep_core::{FlowId, Result};

use crate::FlowService;
use crate::connection_specs::ConnectionSpec;
use crate::connections::Connection;
use crate::flow_specs::FlowSpec;
use crate::flows::{Flow, FlowKind};
use crate::mapping::MappingSet;
use crate::platform::SchemaInfo;
use crate::runs::Run;
use crate::sources::SourceConnection;
use crate::targets::TargetConnection;

use self::parts::Parts;

pub use self::destination::{Attribute, Audience};
pub use self::part::Part;
pub use self::parts::FlowDataset;
pub use self::summary::{DatasetSummary, EndSummary, MappingSummary, Named, RunSummary, Summary};

/// A flow with everything that it points at. Clones share what was fetched.
#[derive(Clone)]
pub struct FlowManager {
    service: FlowService,
    id: FlowId,
    parts: Arc<Mutex<Arc<Parts>>>,
}

impl FlowManager {
    /// The flow with this id. Nothing is fetched yet.
    pub fn new(service: &FlowService, id: &FlowId) -> Self {
        let parts = Parts::new(service.clone(), id.clone());
        Self {
            service: service.clone(),
            id: id.clone(),
            parts: Arc::new(Mutex::new(Arc::new(parts))),
        }
    }

    /// The flow's id.
    pub fn id(&self) -> &FlowId {
        &self.id
    }

    /// Forgets what was fetched, so that every part is fetched anew when it is wanted.
    pub fn refresh(&self) {
        let fresh = Arc::new(Parts::new(self.service.clone(), self.id.clone()));
        *self.parts.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    pub(crate) fn service(&self) -> &FlowService {
        &self.service
    }

    fn parts(&self) -> Arc<Parts> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&parts)
    }

    /// The flow.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub async fn flow(&self) -> Result<Arc<Flow>> {
        self.parts().flow().await
    }

    /// Which way it goes.
    ///
    /// # Errors
    /// As [`flow`](Self::flow).
    pub async fn kind(&self) -> Result<FlowKind> {
        Ok(self.flow().await?.kind())
    }

    /// The specification of the flow; none if the flow names none.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn flow_spec(&self) -> Result<Option<Arc<FlowSpec>>> {
        self.parts().flow_spec().await
    }

    /// What is read.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn source(&self) -> Result<Option<Arc<SourceConnection>>> {
        self.parts().source().await
    }

    /// What is written.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn target(&self) -> Result<Option<Arc<TargetConnection>>> {
        self.parts().target().await
    }

    /// The specification of the system that is read.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn source_spec(&self) -> Result<Option<Arc<ConnectionSpec>>> {
        self.parts().source_spec().await
    }

    /// The specification of the system that is written to: the target's own.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn target_spec(&self) -> Result<Option<Arc<ConnectionSpec>>> {
        self.parts().target_spec().await
    }

    /// The connection with the account that is read from; none for the landing zone and the data lake.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn source_base(&self) -> Result<Option<Arc<Connection>>> {
        self.parts().source_base().await
    }

    /// The connection with the account that is written to.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn target_base(&self) -> Result<Option<Arc<Connection>>> {
        self.parts().target_base().await
    }

    /// The mapping set, in the version that the flow uses; none without a mapping.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn mapping_set(&self) -> Result<Option<Arc<MappingSet>>> {
        self.parts().mapping_set().await
    }

    /// The datasets that the flow reads from or writes to, each with what could be found out about it.
    ///
    /// # Errors
    /// Why nothing is known about them: the connections can't be read.
    pub async fn datasets(&self) -> Result<Arc<Vec<FlowDataset>>> {
        self.parts().datasets().await
    }

    /// The schema of the rows: the target's, the source's, else the dataset's.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn schema(&self) -> Result<Option<Arc<SchemaInfo>>> {
        self.parts().schema().await
    }

    /// The last runs, the newest first: at most ten. [`runs`](Self::runs) gives them all.
    ///
    /// # Errors
    /// Why they can't be read.
    pub async fn recent_runs(&self) -> Result<Arc<Vec<Run>>> {
        self.parts().recent_runs().await
    }

    /// The audiences that a destination gets now: those whose end is not past.
    ///
    /// # Errors
    /// As [`flow`](Self::flow).
    pub async fn audiences(&self) -> Result<Vec<Audience>> {
        let flow = self.flow().await?;
        Ok(destination::audiences(&flow, jiff::Timestamp::now()))
    }

    /// The attributes of profiles that a destination gets.
    ///
    /// # Errors
    /// As [`flow`](Self::flow).
    pub async fn attributes(&self) -> Result<Vec<Attribute>> {
        let flow = self.flow().await?;
        Ok(destination::attributes(&flow))
    }

    /// How often data flows, in the platform's word (`batch`, `streaming`): the flow specification's, else the source's,
    /// else the target's. A specification that can't be read says nothing.
    pub async fn frequency(&self) -> Option<String> {
        self.parts().frequency().await
    }
}

impl fmt::Debug for FlowManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowManager")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
