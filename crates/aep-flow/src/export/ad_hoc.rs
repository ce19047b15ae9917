//! Running an export now.

use std::time::Duration;

use aep_core::{DatasetId, Error, ErrorKind, FlowId, Result};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::Exports;
use super::refusal::Refusal;
use crate::RunId;
use crate::runs::{Run, WatchOptions};

/// How to run an export now.
#[derive(Debug, Clone)]
pub struct AdHocOptions {
    /// Pause before the first try. The platform is not ready before a flow is about ten minutes old.
    pub first_delay: Duration,
    /// Pause between tries while the platform is not ready.
    pub retry_every: Duration,
    /// Give up after so long, counted from the first try.
    pub retry_for: Duration,
    /// How to wait for the run.
    pub wait: WatchOptions,
}

impl Default for AdHocOptions {
    /// At once, again every minute for a quarter of an hour.
    fn default() -> Self {
        Self {
            first_delay: Duration::ZERO,
            retry_every: Duration::from_mins(1),
            retry_for: Duration::from_mins(15),
            wait: WatchOptions::default(),
        }
    }
}

/// A run that was started, or found under way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdHoc {
    /// The run.
    pub run: RunId,
    /// Whether it was under way already.
    pub found: bool,
}

impl Exports {
    /// Starts an export of datasets of a flow now, whatever its schedule says, and answers the run. If one is under way,
    /// that one is answered and no other is started. A flow that is too young is tried again.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) if the platform was not ready in time, [`Rejected`](ErrorKind::Rejected) if the
    /// dataset is not the flow's or the schedule has ended, [`Forbidden`](ErrorKind::Forbidden) if the organisation may not
    /// do it.
    pub async fn start(
        &self,
        flow: &FlowId,
        datasets: &[DatasetId],
        options: &AdHocOptions,
    ) -> Result<AdHoc> {
        if datasets.is_empty() {
            return Err(
                Error::new(ErrorKind::Usage, "export datasets now").because("no dataset is given")
            );
        }
        self.service.guard_writes().await?;
        sleep(options.first_delay).await;
        let began = Instant::now();
        loop {
            let error = match self.try_start(flow, datasets).await {
                Ok(run) => return Ok(AdHoc { run, found: false }),
                Err(error) => error,
            };
            match Refusal::of(&error) {
                Refusal::NotReady => {
                    let left = options.retry_for.saturating_sub(began.elapsed());
                    if left < options.retry_every || left.is_zero() {
                        return Err(error
                            .of_kind(ErrorKind::Timeout)
                            .with("waited", format!("{} s", began.elapsed().as_secs()))
                            .hint("a flow can export about ten minutes after it was made; try again later"));
                    }
                    tracing::debug!(flow = %flow, "the flow is not ready for an export");
                    sleep(options.retry_every).await;
                }
                Refusal::Running(Some(run)) => return Ok(AdHoc { run, found: true }),
                Refusal::Running(None) => {
                    return Err(error.of_kind(ErrorKind::Conflict).hint(
                        "a run is under way: wait for it with `aep run watch`, then try again",
                    ));
                }
                Refusal::OutOfRange => {
                    return Err(error.hint(
                        "the dataset does not belong to the flow, or its schedule has ended",
                    ));
                }
                Refusal::NotEntitled => {
                    return Err(error.of_kind(ErrorKind::Forbidden).hint(
                        "the organisation is not entitled to exports on demand, or the flow exports something else",
                    ));
                }
                Refusal::Other => return Err(error),
            }
        }
    }

    /// As [`start`](Self::start), and waits until the run is over. A run that failed is no error here: see
    /// [`Run::status`].
    ///
    /// # Errors
    /// As [`start`](Self::start), and what waiting fails with.
    pub async fn run(
        &self,
        flow: &FlowId,
        datasets: &[DatasetId],
        options: &AdHocOptions,
    ) -> Result<Run> {
        let started = self.start(flow, datasets, options).await?;
        self.service
            .runs()
            .wait(&started.run, options.wait.clone())
            .await
    }

    async fn try_start(&self, flow: &FlowId, datasets: &[DatasetId]) -> Result<RunId> {
        let datasets: Vec<Value> = datasets.iter().map(|id| json!({"id": id})).collect();
        let body =
            json!({"activationInfo": {"destinations": [{"flowId": flow, "datasets": datasets}]}});
        let answer = super::wire::run(self.service.client(), &body)
            .await
            .map_err(|error| error.with("flow", flow))?;
        let run = run_of(&answer).ok_or_else(|| {
            Error::new(ErrorKind::Protocol, "export datasets now")
                .with("flow", flow)
                .because("the answer names no run")
                .hint("it may have been started all the same: look with `aep run list`")
        })?;
        RunId::new(run)
    }
}

/// The id at the end of the first `statusURL`.
fn run_of(answer: &Value) -> Option<String> {
    match answer {
        Value::Object(fields) => {
            let url = fields.get("statusURL").or_else(|| fields.get("statusUrl"));
            if let Some(url) = url.and_then(Value::as_str) {
                let path = url.split(['?', '#']).next()?.trim_end_matches('/');
                let id = path.rsplit('/').next()?;
                return (!id.is_empty()).then(|| id.to_owned());
            }
            fields.values().find_map(run_of)
        }
        Value::Array(entries) => entries.iter().find_map(run_of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_is_the_end_of_its_address() {
        let url = "https://platform.adobe.io/data/foundation/flowservice/runs/88d6da63";
        for answer in [
            json!({"destinations": [{"datasets": [{"id": "d", "statusURL": url}]}]}),
            json!({"order": [{"segment": "s", "statusURL": format!("{url}/?x=1")}]}),
        ] {
            assert_eq!(run_of(&answer).as_deref(), Some("88d6da63"));
        }
        assert_eq!(run_of(&json!({"destinations": []})), None);
    }
}
