//! Carrying out the steps of a guided creation, and taking them back.
//!
//! The work goes on in a task of its own, so that it can clean up when nobody waits for it any more: a request under way
//! is never cut off, because nobody would know then whether it took effect.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, FlowId, Result, SchemaId};
use futures::future::{BoxFuture, Shared};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::step::{Draft, Step, StepKind};
use super::undo::{Undone, undo};
use crate::{ConnectionId, FlowService, platform};

/// Is told about every step that is done.
pub type OnStep = Arc<dyn Fn(&Step) + Send + Sync>;

/// What a guided creation has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Made {
    /// The flow.
    pub flow: FlowId,
    /// Everything that was made, in its order, the flow last.
    pub steps: Vec<Step>,
    /// The address that rows are sent to; streaming flows only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inlet_url: Option<String>,
}

impl Made {
    /// The id of what a step made.
    pub fn id(&self, kind: StepKind) -> Option<&str> {
        let step = self.steps.iter().find(|step| step.kind == kind);
        step.map(|step| step.id.as_str())
    }
}

/// The steps of one creation, ready to go.
pub(crate) struct Work {
    pub(crate) service: FlowService,
    pub(crate) drafts: Vec<Draft>,
    /// Ids of things that exist already.
    pub(crate) known: BTreeMap<StepKind, String>,
    pub(crate) on_step: Option<OnStep>,
    pub(crate) stop: Option<Stop>,
}

/// Resolves when the work is not wanted any more.
pub(crate) type Stop = Shared<BoxFuture<'static, ()>>;

/// Waits for the wish to stop; for ever if nobody can wish it.
pub(crate) async fn stopping(stop: Option<Stop>) {
    match stop {
        Some(stop) => stop.await,
        None => std::future::pending().await,
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("drafts", &self.drafts)
            .field("known", &self.known)
            .finish_non_exhaustive()
    }
}

/// Carries out the steps. If one fails, or the returned future is dropped, what was made is deleted again.
pub(crate) async fn run(work: Work) -> Result<Made> {
    let cancel = CancellationToken::new();
    let dropped = cancel.clone().drop_guard();
    let stop = stopping(work.stop.clone());
    let mut task = tokio::spawn(work.carry_out(cancel.clone()).in_current_span());
    let made = tokio::select! {
        made = &mut task => made,
        () = stop => {
            cancel.cancel();
            task.await
        }
    };
    dropped.disarm();
    made.unwrap_or_else(|_| {
        Err(Error::new(ErrorKind::Other, "create the pipeline").because("the work was aborted"))
    })
}

impl Work {
    async fn carry_out(self, cancel: CancellationToken) -> Result<Made> {
        let mut steps = Vec::new();
        match self.all(&mut steps, &cancel).await {
            Ok(inlet_url) => {
                let flow = steps.last().map(|step| step.id.clone()).unwrap_or_default();
                Ok(Made {
                    flow: FlowId::new(flow)?,
                    steps,
                    inlet_url,
                })
            }
            Err(error) => {
                let undone = undo(&self.service, steps).await;
                Err(told(error, &undone))
            }
        }
    }

    /// Answers the inlet of a streaming connection.
    async fn all(
        &self,
        steps: &mut Vec<Step>,
        cancel: &CancellationToken,
    ) -> Result<Option<String>> {
        let mut ids = self.known.clone();
        let mut dry = None;
        let mut inlet = None;
        for draft in &self.drafts {
            stopped(cancel)?;
            let body = draft.filled(|kind| {
                let id = ids.get(&kind).cloned();
                id.unwrap_or_else(|| kind.placeholder())
            });
            let id = match self.send(draft.kind, body).await {
                Ok(id) => id,
                // a dry run shows all of the requests, and then fails as every dry run does
                Err(error) if self.is_dry(&error) => {
                    ids.insert(draft.kind, draft.kind.placeholder());
                    dry.get_or_insert(error);
                    continue;
                }
                Err(error) => return Err(failed(draft, error)),
            };
            let step = Step {
                kind: draft.kind,
                id: id.clone(),
                name: draft.name.clone(),
            };
            tracing::debug!(kind = %step.kind, id = %step.id, "made");
            if let Some(tell) = &self.on_step {
                tell(&step);
            }
            steps.push(step);
            if draft.kind == StepKind::BaseConnection
                && draft.body["auth"]["params"]["dataType"].is_string()
            {
                inlet = self.inlet(&id).await?;
            }
            ids.insert(draft.kind, id);
        }
        stopped(cancel)?;
        match dry {
            Some(error) => Err(error),
            None => Ok(inlet),
        }
    }

    fn is_dry(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Cancelled && self.service.client().recorder().is_some()
    }

    /// The service makes up the address of a streaming connection; only a look at it tells.
    async fn inlet(&self, id: &str) -> Result<Option<String>> {
        let connection = self
            .service
            .connections()
            .get(&ConnectionId::new(id)?)
            .await?;
        Ok(connection.inlet_url())
    }

    async fn send(&self, kind: StepKind, body: serde_json::Value) -> Result<String> {
        let service = &self.service;
        Ok(match kind {
            StepKind::Schema => platform::create_schema(service.client(), &body)
                .await
                .map(SchemaId::into)?,
            StepKind::Dataset => platform::create_dataset(service.client(), body)
                .await?
                .into(),
            StepKind::BaseConnection | StepKind::DatasetConnection => {
                service.connections().create_document(body).await?.id.into()
            }
            StepKind::SourceConnection => service.sources().create_document(body).await?.id.into(),
            StepKind::TargetConnection => service.targets().create_document(body).await?.id.into(),
            StepKind::MappingSet => service
                .mapping_sets()
                .create_document(&body)
                .await?
                .to_string(),
            StepKind::Flow => service.flows().create_document(body).await?.id.into(),
        })
    }
}

pub(crate) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "create the pipeline").because("it was stopped")
}

fn stopped(cancel: &CancellationToken) -> Result<()> {
    if cancel.is_cancelled() {
        return Err(cancelled());
    }
    Ok(())
}

fn failed(draft: &Draft, error: Error) -> Error {
    let lost = error.outcome_is_unknown();
    let error = error
        .while_doing(format!("create the {}", draft.kind))
        .with("name", &draft.name);
    if lost {
        error.with(
            "may exist all the same",
            format!("{} named {}", draft.kind, draft.name),
        )
    } else {
        error
    }
}

/// The error, with what became of the steps before it.
fn told(mut error: Error, undone: &Undone) -> Error {
    if !undone.gone.is_empty() {
        error = error.with("deleted again", list(undone.gone.iter()));
    }
    if undone.stays.is_empty() {
        return error;
    }
    let stays = list(undone.stays.iter().map(|(step, _)| step));
    let why: Vec<String> = undone
        .stays
        .iter()
        .map(|(step, why)| format!("{}: {why}", step.kind))
        .collect();
    error
        .with("stays on the server", stays)
        .with("because", why.join("; "))
        .hint("delete by hand what stays, the flow first, then target and source connection, the base connection last")
}

fn list<'a>(steps: impl Iterator<Item = &'a Step>) -> String {
    let all: Vec<String> = steps.map(ToString::to_string).collect();
    all.join(", ")
}
