//! `aep schema create FILE`.

use std::io::Read;

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const CARD: View = View {
    noun: "schemas",
    id: "$id",
    columns: &[
        text("title", "title"),
        text("$id", "$id"),
        text("altId", "meta:altId"),
        text("version", "version"),
    ],
};

/// Create a schema from a JSON document
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep schema create schema.json
  aep schema create - < schema.json
")]
pub(crate) struct Args {
    /// The document, or `-`
    #[arg(value_name = "FILE|-")]
    file: String,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let document = read_json(&args.file)?;
    let schema = ctx.ingest().await?.schemas().create(document).await?;
    ctx.out.one(&CARD, &schema)?;
    Ok(Exit::Success)
}

fn read_json(file: &str) -> Result<Value> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, "read the schema")
            .with("file", file)
            .because(error)
    };
    let mut text = String::new();
    if file == "-" {
        std::io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(failed)?;
    } else {
        std::fs::File::open(file)
            .and_then(|mut file| file.read_to_string(&mut text))
            .map_err(failed)?;
    }
    serde_json::from_str(&text).map_err(|error| {
        Error::new(ErrorKind::Usage, "read the schema as JSON")
            .with("file", file)
            .because(error)
    })
}
