//! `aep api list`.

use aep_core::Result;
use serde_json::{Value, json};

use super::known;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "operations",
    id: "name",
    columns: &[
        text("service", "service"),
        text("operation", "operation"),
        text("method", "method"),
        text("path", "path"),
        text("summary", "summary"),
    ],
};

/// List the operations that `call` knows
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep api list
  aep api list flow-service
  aep api list catalog -o id
")]
pub(super) struct Args {
    /// Only those of this API
    #[arg(value_parser = known::services())]
    service: Option<String>,
}

pub(super) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let rows: Vec<Value> = known::all()
        .filter(|known| {
            let wanted = args.service.as_deref();
            wanted.is_none_or(|wanted| known.service.name == wanted)
        })
        .map(|known| {
            json!({
                "name": known.name(),
                "service": known.service.name,
                "operation": known.info.id,
                "method": known.info.method,
                "path": known.path(),
                "summary": known.info.summary,
                "changes": known.info.changes,
            })
        })
        .collect();
    ctx.out.rows(&VIEW, &rows)?;
    Ok(Exit::Success)
}
