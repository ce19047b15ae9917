//! `aep connection list`.

use aep_core::Result;
use aep_flow::{ConnectionFilter, PropertyFilter};
use futures::StreamExt;

use super::VIEW;
use crate::cmd::objects::{self, Which};
use crate::cmd::spec::{self, Side};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// List connections
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep connection list
  aep connection list --spec \"Amazon S3\" --property state==enabled
  aep connection list -o json --jq '.[] | {id, name}'
")]
pub(crate) struct Args {
    /// Only those to this system, by id or name of the connection spec
    #[arg(long, value_name = "ID|NAME")]
    spec: Option<String>,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let flow = ctx.flow().await?;
    let mut property = args.which.properties()?;
    if let Some(spec) = &args.spec {
        let found = spec::connection(spec, Side::Any, &flow).await?;
        property.push(PropertyFilter::new("connectionSpec.id", "==", &found)?);
    }
    let filter = ConnectionFilter {
        property,
        order_by: args.which.order_by,
        page_size: args.which.limit.page_size(),
    };
    if args.which.count {
        return objects::show_count(flow.connections().count(&filter).await?, ctx);
    }
    let rows = flow
        .connections()
        .list(filter)
        .map(|connection| Ok(spec::with_name(value(&connection?)?, ctx)));
    ctx.out
        .list(&VIEW, rows, args.which.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
