//! `aep dataset delete ID|NAME`.

use aep_core::Result;

use super::{CARD, Named};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Delete a dataset and all its data
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let datasets = ctx.ingest().await?.datasets();
    let dataset = datasets.find(&args.named.dataset).await?;
    ctx.confirm(&format!(
        "delete the dataset `{}` ({}) and all its data",
        dataset.name, dataset.id
    ))?;
    datasets.delete(&dataset.id).await?;
    ctx.out.document(&CARD, &value(&dataset)?, |out| {
        out.line(&format!("deleted {} ({})", dataset.name, dataset.id))
    })?;
    Ok(Exit::Success)
}
