//! `aep dlz preview PATH`.

use aep_core::Result;
use aep_flow::zone::{FileType, PreviewOptions, ReadAs};

use super::Which;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{ROWS, value};

/// Show columns and first rows of a file, as the platform reads it
///
/// Without --file-type the platform finds out what the file is.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz preview dlz-user-container/members.csv
  aep dlz preview dlz-user-container/members.csv --file-type delimited --delimiter ';' -o json
")]
pub(crate) struct Args {
    /// The file's path as `aep dlz ls --explore` shows it, the container in front
    #[arg(value_name = "PATH")]
    path: String,
    /// What the file is
    #[arg(long, value_enum, value_name = "TYPE")]
    file_type: Option<Type>,
    /// The character between columns
    #[arg(long, value_name = "CHAR", requires = "file_type")]
    delimiter: Option<char>,
    /// How the file is compressed, such as `gzip`
    #[arg(long, value_name = "NAME", requires = "file_type")]
    compression: Option<String>,
    /// The encoding of the text, such as `UTF-8`
    #[arg(long, value_name = "NAME", requires = "file_type")]
    encoding: Option<String>,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Type {
    #[value(alias = "csv")]
    Delimited,
    Json,
    Parquet,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let zone = args.which.open(ctx).await?;
    let read_as = match args.file_type {
        None => ReadAs::Detected,
        Some(file_type) => ReadAs::Type {
            file_type: match file_type {
                Type::Delimited => FileType::Delimited,
                Type::Json => FileType::Json,
                Type::Parquet => FileType::Parquet,
            },
            compression: args.compression,
            delimiter: args.delimiter,
            encoding: args.encoding,
        },
    };
    let options = PreviewOptions {
        read_as,
        ..PreviewOptions::default()
    };
    let preview = zone.preview(&args.path, options).await?;
    if ctx.out.is_document() {
        ctx.out.document(&ROWS, &value(&preview)?, |_| Ok(()))?;
    } else {
        ctx.out.rows(&ROWS, &preview.data)?;
    }
    Ok(Exit::Success)
}
