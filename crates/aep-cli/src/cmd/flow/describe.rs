//! `aep flow describe ID|NAME`.

use std::fmt::Write as _;

use aep_core::Result;
use aep_flow::manager::{EndSummary, FlowManager, Named as Thing, Part, RunSummary, Summary};
use serde_json::Value;

use super::{CARD, Named};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Tree, timestamp, value};

/// Show a flow with everything that it points at, and its last runs
///
/// A part that cannot be read is shown as such and does not hide the rest.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow describe nightly
  aep flow describe nightly -o json --jq '.runs[0].status'
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let service = ctx.flow().await?;
    let manager = FlowManager::find(&service, &args.named.flow).await?;
    let summary = manager.summary().await?;
    ctx.out.document(&CARD, &value(&summary)?, |out| {
        tree(&summary)
            .lines()
            .iter()
            .try_for_each(|line| out.line(line))
    })?;
    Ok(Exit::Success)
}

fn tree(summary: &Summary) -> Tree {
    let state = summary.state.as_ref().map_or("", |state| state.as_str());
    let mut root = Tree::root(format!("{} ({})  {state}", summary.name, summary.id));
    root.maybe("description", summary.description.clone());
    let mut spec = part("flow spec", &summary.flow_spec, named);
    spec.maybe("frequency", summary.frequency.clone());
    root.push(spec);
    if let Some(schedule) = summary.schedule.as_ref().filter(|value| !value.is_null()) {
        root.push(schedule_of(schedule));
    }
    root.push(end("source", &summary.source));
    root.push(part("mapping", &summary.mapping, |mapping| {
        let name = mapping.name.as_deref().unwrap_or_default();
        let rules = mapping.rules;
        format!(
            "{} {name}, version {}, {rules} rules",
            mapping.id, mapping.version
        )
    }));
    root.push(end("target", &summary.target));
    match &summary.datasets {
        Part::Known(datasets) => {
            for dataset in datasets {
                let label = if dataset.written {
                    "into dataset"
                } else {
                    "from dataset"
                };
                let mut name = part(label, &dataset.name, |name| {
                    format!("{name} ({})", dataset.id)
                });
                if dataset.name.is_broken() {
                    name.maybe("id", Some(dataset.id.to_string()));
                }
                root.push(name);
            }
        }
        other => root.push(part("datasets", other, |_| String::new())),
    }
    root.push(part("schema", &summary.schema, named));
    if let Some(Value::Object(options)) = &summary.options {
        let told: Vec<String> = options
            .iter()
            .map(|(key, value)| format!("{key} {}", plain(value)))
            .collect();
        root.maybe("options", Some(told.join(", ")));
    }
    for audience in &summary.audiences {
        let name = audience.name.as_deref().unwrap_or_default();
        root.push(Tree::part(
            "audience",
            format!("{name} {}", audience.id).trim().to_owned(),
        ));
    }
    if !summary.attributes.is_empty() {
        let paths: Vec<&str> = summary
            .attributes
            .iter()
            .map(|one| one.path.as_str())
            .collect();
        root.push(Tree::part("attributes", paths.join(", ")));
    }
    root.push(runs(&summary.runs));
    root
}

fn runs(runs: &Part<Vec<RunSummary>>) -> Tree {
    let mut tree = match runs {
        Part::Known(runs) if runs.is_empty() => return Tree::part("last runs", "none yet"),
        other => part("last runs", other, |_| String::new()),
    };
    for run in runs.known().into_iter().flatten() {
        let time = run.started.and_then(|at| i64::try_from(at).ok());
        let time = time.map_or_else(|| "not begun".to_owned(), |at| timestamp(at, false));
        let status = run.status.as_ref().map_or("new", |status| status.as_str());
        let mut line = format!("{time}  {status}");
        if let (Some(read), Some(landed)) = (run.input_records, run.output_records) {
            let _ = write!(
                line,
                "  {read} rows in, {landed} landed, {} failed",
                run.failed_records.unwrap_or(0)
            );
        }
        let _ = write!(line, "  {}", run.id);
        let mut entry = Tree::root(line);
        if let Some(error) = &run.error {
            entry.push(Tree::root(error.clone()));
        }
        tree.push(entry);
    }
    tree
}

fn end(label: &str, end: &Part<EndSummary>) -> Tree {
    let mut tree = part(label, end, |end| format!("{} ({})", end.name, end.id));
    let Some(end) = end.known() else {
        return tree;
    };
    tree.push(part("system", &end.connection_spec, named));
    if !matches!(end.connection, Part::None) {
        tree.push(part("connection", &end.connection, named));
    }
    tree.maybe("format", end.format.clone());
    if let Some(Value::Object(params)) = &end.params {
        for (key, value) in params {
            tree.maybe(key, Some(plain(value)));
        }
    }
    tree
}

fn schedule_of(schedule: &Value) -> Tree {
    let get = |key: &str| schedule.get(key).map(plain).filter(|text| !text.is_empty());
    let unit = get("frequency")
        .or_else(|| get("timeUnit"))
        .unwrap_or_default();
    let often = match (unit.as_str(), get("interval").as_deref()) {
        ("once", _) | (_, Some("0")) => "once".to_owned(),
        ("", _) => String::new(),
        (unit, Some("1") | None) => format!("every {unit}"),
        (unit, Some(n)) => format!("every {n} {unit}s"),
    };
    let mut tree = Tree::part("schedule", often);
    let when = |key: &str| {
        let seconds: i64 = get(key)?.parse().ok()?;
        Some(timestamp(seconds.checked_mul(1000)?, false))
    };
    tree.maybe("from", when("startTime"));
    tree.maybe("until", when("endTime"));
    tree.maybe("backfill", get("backfill"));
    tree.maybe("mode", get("exportMode"));
    tree.maybe("folders", get("foldernameTemplate"));
    tree
}

/// The part, or what is wrong with it.
fn part<T>(label: &str, part: &Part<T>, text: impl Fn(&T) -> String) -> Tree {
    Tree::part(
        label,
        match part {
            Part::Known(thing) => text(thing),
            Part::None => "none".to_owned(),
            Part::Missing => "does not exist any more".to_owned(),
            Part::Unreadable(error) => format!("cannot be read: {error}"),
        },
    )
}

fn named(thing: &Thing) -> String {
    match &thing.name {
        Some(name) => format!("{name} ({})", thing.id),
        None => thing.id.clone(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
