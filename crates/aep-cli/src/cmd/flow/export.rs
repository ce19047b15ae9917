//! `aep flow export ID|NAME [FILE]`.

use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, Result};
use aep_flow::manager::FlowManager;

use super::Named;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Format, ROWS, value};

/// Write the whole pipeline as one document, from which it can be created again
///
/// The document holds the flow, its connections, its mapping and the names of its datasets. Secrets are left out and named:
/// `aep flow create -f FILE --secret NAME=...` puts them in. YAML, unless a format is given or the file ends in .json.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow export nightly nightly.yaml
  aep flow export nightly | aep --sandbox test flow create -f -
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    /// Where to; standard output if it is not given
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long, requires = "file")]
    overwrite: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let service = ctx.flow().await?;
    let manager = FlowManager::find(&service, &args.named.flow).await?;
    let document = manager.to_document().await?;
    let asked = ctx.global.format().is_some() || ctx.global.jq.is_some();
    match &args.file {
        Some(file) => {
            let json = match ctx.global.format() {
                Some(format) => format.is_json(),
                None => file
                    .extension()
                    .is_some_and(|ending| ending.eq_ignore_ascii_case("json")),
            };
            let text = if json {
                document.to_json()?
            } else {
                document.to_yaml()?
            };
            write(file, &text, args.overwrite)?;
            ctx.messages.note(&format!("written to {}", file.display()));
        }
        None if asked && ctx.out.format() != Format::Table => {
            ctx.out.document(&ROWS, &value(&document)?, |_| Ok(()))?;
        }
        None if ctx.global.jq.is_some() => {
            ctx.out.document(&ROWS, &value(&document)?, |_| Ok(()))?;
        }
        None => {
            ctx.out.raw(document.to_yaml()?.as_bytes())?;
            ctx.out.flush()?;
        }
    }
    if !document.secrets.is_empty() {
        ctx.messages.note(&format!(
            "secrets are left out: {}",
            document.secrets.join(", ")
        ));
    }
    Ok(Exit::Success)
}

fn write(file: &Path, text: &str, overwrite: bool) -> Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).truncate(true);
    if overwrite {
        options.create(true);
    } else {
        options.create_new(true);
    }
    let written = options.open(file).and_then(|mut out| {
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()
    });
    written.map_err(|error| {
        let there = error.kind() == std::io::ErrorKind::AlreadyExists;
        let kind = if there {
            ErrorKind::Conflict
        } else {
            ErrorKind::Io
        };
        let failed = Error::new(kind, "write the document")
            .with("file", file.display())
            .because(error);
        if there {
            failed.hint("--overwrite replaces it")
        } else {
            failed
        }
    })
}
