//! `aep api describe`.

use aep_core::{Result, Safety};
use aep_gen::{Answer, ParameterInfo};
use serde_json::{Value, json};

use super::known::{self, Known};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Output, ROWS};

/// Say what an operation does and takes
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep api describe listDatasets
  aep api describe catalog.createBatch -o json
")]
pub(super) struct Args {
    /// The operation, with its service in front where several have it
    #[arg(value_parser = known::Name, hide_possible_values = true)]
    operation: String,
}

pub(super) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let known = known::find(&args.operation)?;
    let document = document(known);
    ctx.out
        .document(&ROWS, &document, |out| human(known, out))?;
    Ok(Exit::Success)
}

fn document(known: Known) -> Value {
    let info = known.info;
    let parameters: Vec<Value> = info.inputs().map(parameter).collect();
    json!({
        "name": known.name(),
        "service": known.service.name,
        "operation": info.id,
        "method": info.method,
        "path": known.path(),
        "summary": info.summary,
        "description": info.description,
        "changes": info.changes,
        "repeatable": info.safety == Safety::Repeatable,
        "parameters": parameters,
        "body": info.body.map(|body| json!({
            "mediaTypes": body.media_types,
            "required": body.required,
            "otherFields": body.open,
        })),
        "answer": answer(info.answer),
        "statuses": info.statuses,
    })
}

fn parameter(parameter: &ParameterInfo) -> Value {
    let mut shown = json!({
        "name": parameter.name,
        "in": parameter.place.name(),
        "type": parameter.kind.name(),
        "required": parameter.required,
        "description": parameter.description,
    });
    if !parameter.values.is_empty() {
        shown["enum"] = json!(parameter.values);
    }
    shown
}

const fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Json => "json",
        Answer::Bytes => "bytes",
        _ => "none",
    }
}

fn human(known: Known, out: &Output) -> Result<()> {
    let info = known.info;
    out.line(&format!("{}: {}", known.name(), info.summary))?;
    if !info.description.is_empty() {
        out.line(info.description)?;
    }
    out.line("")?;
    out.line(&format!("{} {}", info.method, known.path()))?;
    let effect = if info.changes {
        "changes something"
    } else {
        "only reads"
    };
    let again = if info.safety == Safety::Repeatable {
        "sent again after a failure"
    } else {
        "not sent again after a failure"
    };
    out.line(&format!("{effect}, {again}"))?;
    let width = info.inputs().map(|one| one.name.len()).max();
    if width.is_some() {
        out.line("\nParameters (* is required):")?;
    }
    for parameter in info.inputs() {
        let star = if parameter.required { '*' } else { ' ' };
        let choice = if parameter.values.is_empty() {
            String::new()
        } else {
            format!("[{}]", parameter.values.join(", "))
        };
        let line = format!(
            "  {star} {:width$}  {:6}  {:7}  {} {choice}",
            parameter.name,
            parameter.place.name(),
            parameter.kind.name(),
            parameter.description,
            width = width.unwrap_or_default(),
        );
        out.line(line.trim_end())?;
    }
    if let Some(body) = info.body {
        let media = body.media_types.join(" or ");
        let need = if body.required { "needed" } else { "if wanted" };
        let more = if body.open {
            ", fields of other names are taken"
        } else {
            ""
        };
        out.line(&format!("\nBody: {media}, {need}{more}"))?;
    }
    let statuses: Vec<String> = info.statuses.iter().map(ToString::to_string).collect();
    out.line(&format!(
        "\nAnswer: {} ({})",
        answer(info.answer),
        statuses.join(", ")
    ))
}
