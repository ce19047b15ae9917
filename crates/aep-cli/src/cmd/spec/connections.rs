//! `aep spec connections list|get|find`.

use aep_core::Result;
use aep_flow::{ConnectionSpec, PropertyFilter, SpecFilter};
use serde_json::{Value, json};

use super::names::{named, sides};
use super::{Side, connection};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, Tree, View, text, value};
use crate::secrets::names_secret;

/// Systems that data comes from or goes to
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List connection specs
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one connection spec: the forms of its credentials with their values
    #[command(visible_alias = "show")]
    Get(Get),
    /// The ids of a name; many systems are both source and target under one
    Find(Get),
}

/// List connection specs
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep spec connections list --role source
  aep spec connections list --limit all -o json --jq 'map({(.name): .id}) | add'
")]
pub(crate) struct List {
    /// Only those on this side
    #[arg(long, value_enum, value_name = "SIDE", default_value_t)]
    role: Side,
    /// Only those of which this holds; may be given more than once
    #[arg(long, value_name = "FIELD==VALUE")]
    property: Vec<PropertyFilter>,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

/// One connection spec
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep spec connections get \"Amazon S3\" --role target
  aep spec connections find \"Amazon S3\" -o id
")]
pub(crate) struct Get {
    /// The spec, by id or name
    #[arg(value_name = "ID|NAME")]
    spec: String,
    /// Which side is meant, if the name has two
    #[arg(long, value_enum, value_name = "SIDE", default_value_t)]
    role: Side,
}

const VIEW: View = View {
    noun: "connection specs",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("role", "role"),
        text("credentials", "credentials"),
    ],
};

pub(super) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list(args, ctx).await,
        Command::Get(args) => get(&args, ctx).await,
        Command::Find(args) => find(&args, ctx).await,
    }
}

async fn list(args: List, ctx: &Context) -> Result<Exit> {
    let filter = SpecFilter {
        property: args.property,
        role: args.role.role(),
    };
    let specs = ctx.flow().await?.connection_specs().list(filter).await?;
    let rows = specs.iter().map(|spec| row(spec, ctx)).collect::<Vec<_>>();
    ctx.out
        .list(
            &VIEW,
            futures::stream::iter(rows),
            args.limit,
            &ctx.messages,
        )
        .await?;
    Ok(Exit::Success)
}

async fn find(args: &Get, ctx: &Context) -> Result<Exit> {
    let service = ctx.flow().await?;
    let mut found = named(&args.spec, &service).await?;
    found.retain(|spec| args.role.role().is_none_or(|role| spec.plays(role)));
    if found.is_empty() {
        // Says that there is none, and where to look.
        let id = connection(&args.spec, args.role, &service).await?;
        found.push(service.connection_specs().get(&id).await?);
    }
    let rows = found
        .iter()
        .map(|spec| row(spec, ctx))
        .collect::<Result<Vec<_>>>()?;
    ctx.out.rows(&VIEW, &rows)?;
    Ok(Exit::Success)
}

async fn get(args: &Get, ctx: &Context) -> Result<Exit> {
    let service = ctx.flow().await?;
    let id = connection(&args.spec, args.role, &service).await?;
    let spec = service.connection_specs().get(&id).await?;
    ctx.out.document(&VIEW, &value(&spec)?, |out| {
        tree(&spec)
            .lines()
            .iter()
            .try_for_each(|line| out.line(line))
    })?;
    Ok(Exit::Success)
}

/// The spec as the platform has it; for people with its side and the names of its forms.
fn row(spec: &ConnectionSpec, ctx: &Context) -> Result<Value> {
    let mut row = value(spec)?;
    if !ctx.out.is_document() {
        let forms: Vec<&str> = spec.auth.iter().map(|form| form.name.as_str()).collect();
        row["role"] = json!(sides(spec));
        row["credentials"] = json!(forms.join(", "));
    }
    Ok(row)
}

fn tree(spec: &ConnectionSpec) -> Tree {
    let mut root = Tree::root(format!("{} ({})", spec.name, spec.id));
    root.maybe("role", Some(sides(spec)));
    root.maybe("category", spec.category());
    root.maybe("frequency", spec.frequency());
    for form in &spec.auth {
        let mut part = Tree::part("credentials", form.name.clone());
        let required: Vec<&str> = form.schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for name in form.params() {
            let schema = &form.schema["properties"][name];
            let secret = schema["format"] == "password" || names_secret(name);
            let mut told = vec![if secret {
                format!("--secret {name}=…")
            } else {
                format!("--param {name}=…")
            }];
            if !required.contains(&name) {
                told.push("(optional)".to_owned());
            }
            if let Some(text) = schema["description"].as_str().or(schema["title"].as_str()) {
                told.push(text.to_owned());
            }
            part.push(Tree::root(told.join("  ")));
        }
        root.push(part);
    }
    root
}
