//! `aep batch abort|fail|revert|delete ID...`.

use aep_core::{BatchId, Result};

use super::{CARD, VIEW};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// The batches
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The batches
    #[arg(value_name = "BATCH", required = true)]
    ids: Vec<BatchId>,
}

/// What is done to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Abort,
    Fail,
    Revert,
    Delete,
}

pub(super) async fn run(args: Args, action: Action, ctx: &Context) -> Result<Exit> {
    let listed = args
        .ids
        .iter()
        .map(BatchId::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match action {
        // Nothing of an open batch is in its dataset yet, so giving it up loses nothing that was there.
        Action::Abort | Action::Fail => {}
        Action::Revert => ctx.confirm(&format!("take the data of {listed} out of its dataset"))?,
        Action::Delete => ctx.confirm(&format!("delete {listed} with its data"))?,
    }
    let batches = ctx.ingest().await?.batches();
    let mut rows = Vec::new();
    for id in &args.ids {
        match action {
            Action::Abort => batches.abort(id).await?,
            Action::Fail => batches.fail(id).await?,
            Action::Revert => batches.revert(id).await?,
            Action::Delete => batches.delete(id).await.map(drop)?,
        }
        rows.push(value(&batches.get(id).await?)?);
    }
    match rows.as_slice() {
        [one] => ctx.out.one(&CARD, one)?,
        many => ctx.out.rows(&VIEW, many)?,
    }
    if matches!(action, Action::Revert | Action::Delete) {
        ctx.messages.note(
            "the data leaves the dataset; what Profile and other services took from it stays there",
        );
    }
    Ok(Exit::Success)
}
