//! Starting a run by hand.

use aep_core::{Error, ErrorKind, FlowId, Result};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Runs;
use crate::ids::RunId;
use crate::json::{Object, put};
use crate::model::Created;
use crate::verbs;
use crate::wire::Kind;

/// Which data a run takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunWindow {
    window: Option<Window>,
    delta_column: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    from: Timestamp,
    to: Timestamp,
    start: Option<Timestamp>,
}

impl RunWindow {
    /// What there is: the platform chooses.
    pub fn all() -> Self {
        Self::default()
    }

    /// The files that changed in this time, from the first (inclusive) to the second (exclusive).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the end is not after the beginning (code 1381).
    pub fn between(from: Timestamp, to: Timestamp) -> Result<Self> {
        if to.as_second() <= from.as_second() {
            return Err(Error::new(ErrorKind::Usage, "start a run")
                .with("from", from)
                .with("to", to)
                .because("the window ends before it begins"));
        }
        let window = Window {
            from,
            to,
            start: None,
        };
        Ok(Self {
            window: Some(window),
            delta_column: None,
        })
    }

    /// Says when the run starts; the end of the window if nothing is said. Only with a window.
    #[must_use]
    pub fn start(mut self, start: Timestamp) -> Self {
        if let Some(window) = &mut self.window {
            window.start = Some(start);
        }
        self
    }

    /// Takes new rows of a table by this column. In the first run of a flow only: the platform does not let it be changed.
    #[must_use]
    pub fn delta_column(mut self, column: impl Into<String>) -> Self {
        self.delta_column = Some(column.into());
        self
    }

    /// The parameters. The times are whole seconds: Adobe's text says milliseconds, all its examples are seconds.
    fn params(&self) -> Option<Value> {
        let mut params = Object::new();
        if let Some(window) = self.window {
            let start = window.start.unwrap_or(window.to);
            params.insert("startTime".to_owned(), json!(start.as_second()));
            params.insert("windowStartTime".to_owned(), json!(window.from.as_second()));
            params.insert("windowEndTime".to_owned(), json!(window.to.as_second()));
        }
        let column = self.delta_column.as_ref().map(|name| json!({"name": name}));
        put(&mut params, "deltaColumn", column);
        (!params.is_empty()).then(|| params.into())
    }
}

impl Runs {
    /// Starts a run of a flow. The platform does so for flows into the data lake that are scheduled once, and for no
    /// others.
    ///
    /// # Errors
    ///
    /// What the service refuses: a flow with another schedule (code 1386), a flow that is disabled. The call is not repeated
    /// after an unclear answer: the error says how to look.
    pub async fn create(&self, flow: &FlowId, window: RunWindow) -> Result<Created<RunId>> {
        let mut body = Object::new();
        body.insert("flowId".to_owned(), json!(flow));
        put(&mut body, "params", window.params());
        verbs::create(&self.service, Kind::Run, &body.into(), false, RunId::new)
            .await
            .map_err(|error| {
                let hint = not_by_hand(&error);
                let error = error.with("flow", flow);
                match hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                }
            })
    }
}

/// Code 1386: a flow whose schedule does not let runs be started by hand.
fn not_by_hand(error: &Error) -> Option<&'static str> {
    let code = error.problem()?.code.as_deref()?;
    (code.contains("1386")).then_some(
        "runs are started by hand for flows that are scheduled once; a retry of one of its runs takes its files again",
    )
}
