//! Deleting what a guided creation has made.

use aep_core::{DatasetId, Error, ErrorKind, FlowId, Result, SchemaId};

use super::step::{Step, StepKind};
use crate::{ConnectionId, FlowService, SourceConnectionId, TargetConnectionId, platform};

/// What became of the steps.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    /// Deleted, the last one first.
    pub(crate) gone: Vec<Step>,
    /// Not deleted, and why.
    pub(crate) stays: Vec<(Step, String)>,
}

/// Deletes the steps, the last one first: a flow holds its connections, and these hold the base connection.
pub(crate) async fn undo(service: &FlowService, steps: Vec<Step>) -> Undone {
    let mut undone = Undone::default();
    for step in steps.into_iter().rev() {
        match delete(service, &step).await {
            Ok(()) => undone.gone.push(step),
            Err(error) if error.kind() == ErrorKind::NotFound => undone.gone.push(step),
            Err(error) => {
                tracing::warn!(kind = %step.kind, id = %step.id, "could not be deleted again");
                let why = why(&error);
                undone.stays.push((step, why));
            }
        }
    }
    undone
}

fn why(error: &Error) -> String {
    let problem = error.problem().and_then(|problem| problem.code.clone());
    match (error.status(), problem) {
        (Some(status), Some(code)) => format!("{status} {code}"),
        (Some(status), None) => format!("status {status}"),
        (None, _) => {
            std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
        }
    }
}

async fn delete(service: &FlowService, step: &Step) -> Result<()> {
    let id = step.id.as_str();
    match step.kind {
        StepKind::Schema => platform::delete_schema(service.client(), &SchemaId::new(id)?).await,
        StepKind::Dataset => platform::delete_dataset(service.client(), &DatasetId::new(id)?).await,
        StepKind::BaseConnection | StepKind::DatasetConnection => {
            service.connections().delete(&ConnectionId::new(id)?).await
        }
        StepKind::SourceConnection => {
            let id = SourceConnectionId::new(id)?;
            service.sources().delete(&id).await
        }
        StepKind::TargetConnection => {
            let id = TargetConnectionId::new(id)?;
            service.targets().delete(&id).await
        }
        // Data Prep's published API has no way to do it
        StepKind::MappingSet => Err(Error::new(ErrorKind::Other, "delete the mapping set")
            .because("mapping sets cannot be deleted; without a flow it does nothing")),
        StepKind::Flow => service.flows().delete(&FlowId::new(id)?).await,
    }
}
