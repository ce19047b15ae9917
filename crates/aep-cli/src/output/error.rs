//! Errors for people and for programs.

use std::error::Error as _;
use std::fmt::Write as _;

use aep_core::Error;
use anstyle::AnsiColor;
use serde_json::{Map, Value, json};

use crate::exit::Exit;
use crate::hints;

/// The error as text, or as one line of JSON.
pub(crate) fn render(
    error: &Error,
    as_json: bool,
    style: impl Fn(&str, AnsiColor) -> String,
) -> String {
    if as_json {
        document(error).to_string()
    } else {
        human(error, style)
    }
}

fn human(error: &Error, style: impl Fn(&str, AnsiColor) -> String) -> String {
    let mut text = format!("{}: {error}", style("error", AnsiColor::Red));
    let causes = causes(error);
    for cause in &causes {
        let _ = write!(text, "\n  caused by: {}", cause.replace('\n', "\n    "));
    }
    if let Some(id) = error.request_id()
        && !causes.iter().any(|cause| cause.contains(id))
        && !error.to_string().contains(id)
    {
        let _ = write!(text, "\n  request id: {id}");
    }
    if let Some(hint) = hints::hint(error) {
        let _ = write!(text, "\n{}: {hint}", style("hint", AnsiColor::Cyan));
    }
    text
}

/// The chain below the error, each text once.
fn causes(error: &Error) -> Vec<String> {
    let mut causes: Vec<String> = Vec::new();
    let mut at = error.source();
    while let Some(source) = at {
        let text = source.to_string();
        if !text.is_empty() && causes.last() != Some(&text) {
            causes.push(text);
        }
        at = source.source();
    }
    causes
}

/// The error as an object: what the service said about itself, and what we know around it.
pub(crate) fn document(error: &Error) -> Value {
    let problem = error.problem();
    let causes = causes(error);
    let kind = error.kind().name();
    let code = problem
        .and_then(|problem| problem.code.as_deref())
        .unwrap_or(kind);
    let message = error.to_string();
    let title = problem
        .and_then(|problem| problem.title.clone())
        .unwrap_or_else(|| message.clone());
    let detail = problem
        .and_then(|problem| problem.detail.clone())
        .or_else(|| (!causes.is_empty()).then(|| causes.join(": ")))
        .unwrap_or_else(|| message.clone());
    let context: Map<String, Value> = error
        .context()
        .iter()
        .map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str())))
        .collect();
    let mut document = json!({
        "code": code,
        "status": error.status(),
        "title": title,
        "detail": detail,
        "requestId": error.request_id(),
        "hint": hints::hint(error),
        "retryable": error.is_retryable(),
        "kind": kind,
        "message": message,
        "causes": causes,
        "context": context,
        "attempts": error.attempts(),
        "exitCode": Exit::of(error).code(),
    });
    if let Some(rejections) = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<aep_ingest::upload::Rejections>())
    {
        document["findings"] = json!(rejections.findings);
    }
    if let Some(problem) = problem
        && !problem.sub_errors.is_empty()
    {
        document["subErrors"] = json!(problem.sub_errors);
    }
    document
}
