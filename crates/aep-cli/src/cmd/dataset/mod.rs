//! `aep dataset`: where data lives.

mod create;
mod delete;
mod download;
mod exportable;
mod files;
mod get;
mod list;
mod preview;
mod rows;
mod schema;

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, time};

/// Datasets: where data lives
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List datasets
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one dataset
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Create a dataset for a schema
    Create(create::Args),
    /// Delete a dataset and all its data
    #[command(visible_alias = "rm")]
    Delete(delete::Args),
    /// Show the schema of a dataset: every field with its type
    Schema(schema::Args),
    /// List the files of a dataset
    Files(files::Args),
    /// Show the first rows of a dataset
    Preview(preview::Args),
    /// Print the rows of a dataset
    Rows(rows::Args),
    /// Download the files of a dataset
    Download(download::Args),
    /// List the datasets that can be exported
    Exportable(exportable::Args),
}

const VIEW: View = View {
    noun: "datasets",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("schema", "schemaRef.id"),
        text("last batch status", "lastBatchStatus"),
        time("created", "created"),
    ],
};

const CARD: View = View {
    noun: "datasets",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("description", "description"),
        text("schema", "schemaRef.id"),
        text("last batch", "lastBatchId"),
        text("last batch status", "lastBatchStatus"),
        time("created", "created"),
        time("updated", "updated"),
        text("version", "version"),
        text("tags", "tags"),
    ],
};

/// The dataset that a command is about
#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The dataset, by id or name
    #[arg(value_name = "ID|NAME")]
    dataset: String,
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Create(args) => create::run(args, ctx).await,
        Command::Delete(args) => delete::run(args, ctx).await,
        Command::Schema(args) => schema::run(args, ctx).await,
        Command::Files(args) => files::run(args, ctx).await,
        Command::Preview(args) => preview::run(args, ctx).await,
        Command::Rows(args) => Box::pin(rows::run(args, ctx)).await,
        Command::Download(args) => download::run(args, ctx).await,
        Command::Exportable(args) => exportable::run(args, ctx).await,
    }
}
