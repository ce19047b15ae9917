//! `aep connection explore ID|NAME [PATH]`.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::{Exploration, Explore, FileFormat};
use serde_json::{Value, json};

use super::Named;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{ROWS, View, text};

const ENTRIES: View = View {
    noun: "entries",
    id: "path",
    columns: &[
        text("type", "type"),
        text("name", "name"),
        text("path", "path"),
        text("preview", "canPreview"),
        text("schema", "canFetchSchema"),
    ],
};

const FIELDS: View = View {
    noun: "columns",
    id: "name",
    columns: &[text("name", "name"), text("type", "type")],
};

/// Look into the other system: folders, files, tables
///
/// Without a path it lists the root; a path that ends with a slash is a folder, any other one a file, of which the columns
/// are shown, and the first rows with `--preview`.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep connection explore landing
  aep connection explore landing events/2026/
  aep connection explore landing events/2026/jan.csv --preview
  aep connection explore warehouse public.orders --kind table
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    look: Look,
}

/// Where to look
#[derive(Debug, clap::Args)]
pub(crate) struct Look {
    /// Folder, file or table
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// What the path is, where its form does not tell
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// Format of the file; found out by the platform if it is not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    file_type: Option<Format>,
    /// Column separator of the file
    #[arg(long, value_name = "CHAR", requires = "file_type")]
    delimiter: Option<char>,
    /// Compression of the file
    #[arg(long, value_name = "NAME", requires = "file_type")]
    compression: Option<String>,
    /// Encoding of the file
    #[arg(long, value_name = "NAME", requires = "file_type")]
    encoding: Option<String>,
    /// Show the first rows of the file instead of its columns
    #[arg(long)]
    preview: bool,
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Folder,
    File,
    Table,
}

/// Formats of files as the platform names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    #[value(alias = "csv")]
    Delimited,
    Json,
    Parquet,
}

impl Look {
    /// What is asked: the root, a folder by its slash, else a file, of which format and the rest are said or found out.
    fn question(&self) -> Result<Explore> {
        let kind = match (&self.path, self.kind) {
            (None, None) => return Ok(Explore::root()),
            (None, Some(_)) => {
                return Err(Error::new(ErrorKind::Usage, "read the command line")
                    .because("--kind says what a path is, and there is none"));
            }
            (Some(_), Some(kind)) => kind,
            (Some(path), None) if path.ends_with('/') => Kind::Folder,
            (Some(_), None) => Kind::File,
        };
        let path = self.path.as_deref().unwrap_or_default();
        let mut question = match kind {
            Kind::Folder => Explore::folder(path),
            Kind::File => Explore::file(path),
            Kind::Table => Explore::table(path),
        };
        if let Some(format) = self.file_type {
            question = question.format(match format {
                Format::Delimited => FileFormat::Delimited,
                Format::Json => FileFormat::Json,
                Format::Parquet => FileFormat::Parquet,
            });
        }
        if let Some(delimiter) = self.delimiter {
            question = question.column_delimiter(delimiter);
        }
        if let Some(compression) = &self.compression {
            question = question.compression(compression);
        }
        if let Some(encoding) = &self.encoding {
            question = question.encoding(encoding);
        }
        Ok(question.preview(self.preview))
    }
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let question = args.look.question()?;
    let connections = ctx.flow().await?.connections();
    let found = connections.find(&args.named.connection).await?;
    let seen = connections.explore(&found.id, question).await?;
    show(&seen, args.look.preview, ctx)
}

/// Entries of a folder, rows of a file, or its columns; programs get the answer whole.
fn show(seen: &Exploration, preview: bool, ctx: &Context) -> Result<Exit> {
    let answer = seen.raw();
    if let Some(entries) = answer.as_array().filter(|_| seen.columns.is_empty()) {
        ctx.out.rows(&ENTRIES, entries)?;
        if entries.is_empty() && ctx.out.is_human() {
            ctx.messages.note("nothing is there");
        }
        return Ok(Exit::Success);
    }
    if ctx.out.is_document() {
        ctx.out.document(&ROWS, answer, |_| Ok(()))?;
    } else if preview {
        ctx.out.rows(&ROWS, &seen.rows)?;
    } else if let Some(schema) = &seen.schema {
        ctx.out.rows(&FIELDS, &fields(schema))?;
    } else {
        let columns: Vec<Value> = seen
            .columns
            .iter()
            .map(|column| json!({"name": column.name, "type": column.kind}))
            .collect();
        ctx.out.rows(&FIELDS, &columns)?;
    }
    let told = [&seen.file_type, &seen.compression, &seen.column_delimiter];
    let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
    if !told.is_empty() {
        ctx.messages.tip(&format!("found out: {}", told.join(" ")));
    }
    Ok(Exit::Success)
}

/// The properties of a nested schema, one row each, with dots between the levels.
fn fields(schema: &Value) -> Vec<Value> {
    fn walk(schema: &Value, prefix: &str, rows: &mut Vec<Value>) {
        let Some(properties) = schema["properties"].as_object() else {
            return;
        };
        for (name, inner) in properties {
            let name = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            rows.push(json!({"name": name, "type": inner["type"]}));
            walk(inner, &name, rows);
        }
    }
    let mut rows = Vec::new();
    walk(schema, "", &mut rows);
    rows
}
