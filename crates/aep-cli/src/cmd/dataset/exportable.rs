//! `aep dataset exportable`.

use aep_core::Result;
use aep_flow::export::ExportableFilter;
use futures::StreamExt;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, View, text, value};

const VIEW: View = View {
    noun: "datasets",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("description", "description"),
        text("state", "state"),
    ],
};

/// List the datasets that can be exported
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dataset exportable
  aep flow create --export-dataset \"Loyalty Members\" --to-zone exports/members --every 1d
")]
pub(crate) struct Args {
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let filter = ExportableFilter {
        page_size: args.limit.page_size(),
        ..ExportableFilter::default()
    };
    let rows = ctx
        .flow()
        .await?
        .exports()
        .datasets(filter)
        .map(|dataset| value(&dataset?));
    ctx.out.list(&VIEW, rows, args.limit, &ctx.messages).await?;
    Ok(Exit::Success)
}
