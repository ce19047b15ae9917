//! `aep schema`: what data must look like.

pub(crate) mod convert;
mod create;
mod fields;
mod get;
mod list;
mod sample;
mod validate;

use aep_core::Result;

pub(crate) use fields::{show as show_fields, show_document};

use crate::context::Context;
use crate::exit::Exit;

/// Schemas: what data must look like
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List schemas
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one schema: every field with its type, or the document
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Create a schema from a JSON document
    Create(create::Args),
    /// Rows that fit a schema
    Sample(sample::Args),
    /// Check files against a schema, before anything is uploaded
    Validate(validate::Args),
    /// Convert CSV and JSON files to Parquet that fits a schema
    Convert(convert::Args),
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Create(args) => create::run(args, ctx).await,
        Command::Sample(args) => sample::run(args, ctx).await,
        Command::Validate(args) => validate::run(args, ctx).await,
        Command::Convert(args) => convert::run(args, ctx).await,
    }
}
