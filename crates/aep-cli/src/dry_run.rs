//! `--dry-run`: the requests that were not sent, redacted.

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "requests",
    id: "url",
    columns: &[
        text("method", "method"),
        text("url", "url"),
        text("length", "length"),
    ],
};

/// Prints what the recording client wrote down. Being stopped by it is the purpose, not a failure.
pub(crate) fn report(ctx: &Context, outcome: Result<Exit>) -> Result<Exit> {
    let requests = ctx
        .recorder()
        .map(aep_core::Recorder::requests)
        .unwrap_or_default();
    match outcome {
        Err(error) if !stopped_by_us(&error) => return Err(error),
        outcome if requests.is_empty() => return outcome.or(Ok(Exit::Success)),
        _ => {}
    }
    if ctx.out.is_human() {
        for (index, request) in requests.iter().enumerate() {
            if index > 0 {
                ctx.out.line("")?;
            }
            ctx.out.line(request.to_string().trim_end())?;
        }
        ctx.out.flush()?;
    } else {
        let rows = requests
            .iter()
            .map(crate::output::value)
            .collect::<Result<Vec<Value>>>()?;
        ctx.out.rows(&VIEW, &rows)?;
    }
    ctx.messages
        .note("dry run: nothing was sent that changes anything");
    Ok(Exit::Success)
}

fn stopped_by_us(error: &Error) -> bool {
    error.kind() == ErrorKind::Cancelled
        && error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<Error>())
            .any(|error| error.context().iter().any(|(key, _)| *key == "dry_run"))
}
