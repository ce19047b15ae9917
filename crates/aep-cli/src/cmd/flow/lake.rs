//! `aep flow ups|uis [DATASET]`.

use aep_core::Result;
use aep_flow::{LakeFlow, RunStatus};
use futures::StreamExt;
use serde_json::Value;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, View, text, time, value};

const VIEW: View = View {
    noun: "flows",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("status", "state"),
        text("dataset", "datasetId"),
        text("dataset name", "datasetName"),
        time("created", "createdAt"),
    ],
};

/// Flows from datasets into a store, and their runs
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow ups
  aep flow ups \"Loyalty Members\" --runs --state failed
")]
pub(crate) struct Args {
    /// Only the flow of this dataset, by id or name
    #[arg(value_name = "ID|NAME")]
    dataset: Option<String>,
    /// Show the runs instead
    #[arg(long, requires = "dataset")]
    runs: bool,
    /// Only runs in this state
    #[arg(long, value_name = "STATE", requires = "runs")]
    state: Option<String>,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

/// Which of the two stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    Profile,
    Identity,
}

pub(crate) async fn run(args: Args, store: Store, ctx: &Context) -> Result<Exit> {
    let service = ctx.flow().await?;
    let flows = match store {
        Store::Profile => service.profile_flows(),
        Store::Identity => service.identity_flows(),
    };
    let Some(dataset) = &args.dataset else {
        let rows = flows.list().map(|found| row(&found?));
        ctx.out.list(&VIEW, rows, args.limit, &ctx.messages).await?;
        return Ok(Exit::Success);
    };
    if args.runs {
        let state = args.state.as_deref().map(RunStatus::from);
        let runs = flows.runs(dataset, state).map(|run| value(&run?));
        ctx.out
            .list(&crate::cmd::run::VIEW, runs, args.limit, &ctx.messages)
            .await?;
        return Ok(Exit::Success);
    }
    let found = flows.find(dataset).await?;
    ctx.out.one(&VIEW, &row(&found)?)?;
    Ok(Exit::Success)
}

/// The flow as the platform has it, with its dataset.
fn row(found: &LakeFlow) -> Result<Value> {
    let mut row = value(&found.flow)?;
    row["datasetId"] = value(&found.dataset)?;
    row["datasetName"] = value(&found.dataset_name)?;
    Ok(row)
}
