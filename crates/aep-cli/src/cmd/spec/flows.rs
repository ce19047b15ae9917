//! `aep spec flows list|get|find`.

use aep_core::Result;
use aep_flow::{FlowSpec, PropertyFilter, specs};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, Tree, View, text, value};

/// Kinds of flows
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List flow specs
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one flow spec: the systems that its flows may read and write
    #[command(visible_alias = "show")]
    Get(Get),
    /// The id of a name, if need be told by source and target
    Find(Find),
}

/// List flow specs
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only those of which this holds; may be given more than once
    #[arg(long, value_name = "FIELD==VALUE")]
    property: Vec<PropertyFilter>,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

/// One flow spec
#[derive(Debug, clap::Args)]
pub(crate) struct Get {
    /// The spec, by id or name
    #[arg(value_name = "ID|NAME")]
    spec: String,
}

/// A flow spec by name
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep spec flows find CloudStorageToAEP --source landing-zone --target datalake -o id
")]
pub(crate) struct Find {
    /// The name, or id
    #[arg(value_name = "NAME")]
    name: String,
    /// Its flows may read this system, by id or name of the connection spec
    #[arg(long, value_name = "ID|NAME")]
    source: Option<String>,
    /// Its flows may write this system, by id or name of the connection spec
    #[arg(long, value_name = "ID|NAME")]
    target: Option<String>,
}

const VIEW: View = View {
    noun: "flow specs",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("direction", "direction"),
        text("frequency", "attributes.frequency"),
    ],
};

pub(super) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    let all = ctx.flow().await?.flow_specs();
    match command {
        Command::List(args) => {
            let found = all.list(&args.property).await?;
            let rows: Vec<Result<Value>> = found.iter().map(|spec| row(spec, ctx)).collect();
            ctx.out
                .list(
                    &VIEW,
                    futures::stream::iter(rows),
                    args.limit,
                    &ctx.messages,
                )
                .await?;
        }
        Command::Get(args) => {
            let spec = all.find(&args.spec).await?;
            ctx.out.document(&VIEW, &value(&spec)?, |out| {
                tree(&spec)
                    .lines()
                    .iter()
                    .try_for_each(|line| out.line(line))
            })?;
        }
        Command::Find(args) => {
            let (source, target) = (args.source.as_deref(), args.target.as_deref());
            let spec = if source.is_none() && target.is_none() {
                all.find(&args.name).await?
            } else {
                all.find_for(&args.name, source, target).await?
            };
            ctx.out.rows(&VIEW, &[row(&spec, ctx)?])?;
        }
    }
    Ok(Exit::Success)
}

fn direction(spec: &FlowSpec) -> &'static str {
    match (spec.is_source_flow(), spec.is_destination_flow()) {
        (Some(true), _) => "source",
        (_, Some(true)) => "destination",
        _ => "",
    }
}

fn row(spec: &FlowSpec, ctx: &Context) -> Result<Value> {
    let mut row = value(spec)?;
    if !ctx.out.is_document() {
        row["direction"] = json!(direction(spec));
    }
    Ok(row)
}

fn tree(spec: &FlowSpec) -> Tree {
    let mut root = Tree::root(format!("{} ({})", spec.name, spec.id));
    root.maybe("direction", Some(direction(spec)));
    root.maybe("frequency", spec.frequency());
    for (label, ids) in [("source", &spec.sources), ("target", &spec.targets)] {
        for id in ids {
            let name = specs::known(id).map_or("not published", |known| known.name);
            root.push(Tree::part(label, format!("{name} ({id})")));
        }
    }
    root
}
