//! `aep flow list`.

use aep_core::Result;
use aep_flow::{FlowFilter, FlowSide, PropertyFilter};
use futures::StreamExt;

use super::VIEW;
use crate::cmd::objects::{self, Which};
use crate::cmd::spec;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// List flows
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow list
  aep flow list --kind sources --property state==enabled
  aep flow list --mapping 3ff2a1e0c7b14b7d8a4d2c1e5f6a7b80 -o id
")]
pub(crate) struct Args {
    /// Only those that bring data in, or only those that take it out
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    kind: Kind,
    /// Only those of this flow spec, by id or name
    #[arg(long, value_name = "ID|NAME")]
    spec: Option<String>,
    /// Only those that use this mapping set
    #[arg(long, value_name = "ID")]
    mapping: Vec<String>,
    /// Only those with this source connection, by id or name
    #[arg(long, value_name = "ID|NAME")]
    source: Vec<String>,
    /// Only those with this target connection, by id or name
    #[arg(long, value_name = "ID|NAME")]
    target: Vec<String>,
    #[command(flatten)]
    which: Which,
}

/// Directions of flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Kind {
    #[default]
    Any,
    Sources,
    Destinations,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let flow = ctx.flow().await?;
    let mut property = args.which.properties()?;
    if let Some(spec) = &args.spec {
        let found = spec::flow(spec, &flow).await?;
        property.push(PropertyFilter::new("flowSpec.id", "==", &found)?);
    }
    let mut filter = FlowFilter {
        property,
        kind: match args.kind {
            Kind::Any => FlowSide::Any,
            Kind::Sources => FlowSide::Sources,
            Kind::Destinations => FlowSide::Destinations,
        },
        order_by: args.which.order_by,
        page_size: args.which.limit.page_size(),
        ..FlowFilter::default()
    };
    filter.mapping_sets = args.mapping;
    for source in &args.source {
        filter.sources.push(flow.sources().find(source).await?.id);
    }
    for target in &args.target {
        filter.targets.push(flow.targets().find(target).await?.id);
    }
    if args.which.count {
        return objects::show_count(flow.flows().count(&filter).await?, ctx);
    }
    let rows = flow
        .flows()
        .list(filter)
        .map(|flow| Ok(spec::with_name(value(&flow?)?, ctx)));
    ctx.out
        .list(&VIEW, rows, args.which.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
