//! `aep source list`.

use aep_core::Result;
use aep_flow::{PropertyFilter, SourceFilter};
use futures::StreamExt;

use super::VIEW;
use crate::cmd::objects::{self, Which};
use crate::cmd::spec::{self, Side};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// List source connections
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep source list
  aep source list --connection landing
  aep source list --property state==enabled -o id
")]
pub(crate) struct Args {
    /// Only those of this connection, by id or name
    #[arg(long, value_name = "ID|NAME")]
    connection: Option<String>,
    /// Only those of this system, by id or name of the connection spec
    #[arg(long, value_name = "ID|NAME")]
    spec: Option<String>,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let flow = ctx.flow().await?;
    let mut property = args.which.properties()?;
    if let Some(connection) = &args.connection {
        let found = flow.connections().find(connection).await?;
        property.push(PropertyFilter::new("baseConnectionId", "==", &found.id)?);
    }
    if let Some(spec) = &args.spec {
        let found = spec::connection(spec, Side::Source, &flow).await?;
        property.push(PropertyFilter::new("connectionSpec.id", "==", &found)?);
    }
    let filter = SourceFilter {
        property,
        order_by: args.which.order_by,
        page_size: args.which.limit.page_size(),
    };
    if args.which.count {
        return objects::show_count(flow.sources().count(&filter).await?, ctx);
    }
    let rows = flow
        .sources()
        .list(filter)
        .map(|found| Ok(spec::with_name(value(&found?)?, ctx)));
    ctx.out
        .list(&VIEW, rows, args.which.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
