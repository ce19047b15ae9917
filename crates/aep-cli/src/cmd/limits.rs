//! `aep limits`.

use aep_core::{Result, limits};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "limits",
    id: "name",
    columns: &[
        text("name", "name"),
        text("value", "value"),
        text("unit", "unit"),
        text("service", "service"),
        text("enforced", "enforced"),
        text("as of", "asOf"),
        text("source", "source"),
    ],
};

/// The platform's limits, with their sources
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  aep limits\n  aep limits --service batch\n  aep limits -o json --jq '.[] | select(.enforced == \"hard\")'\n"
)]
pub(crate) struct Args {
    /// Only limits of services with this in their name
    #[arg(long, value_name = "TEXT")]
    service: Option<String>,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let wanted = args.service.as_deref().map(str::to_lowercase);
    let rows: Vec<Value> = limits::LIMITS
        .iter()
        .filter(|limit| {
            wanted
                .as_deref()
                .is_none_or(|wanted| limit.service.to_lowercase().contains(wanted))
        })
        .map(|limit| {
            json!({
                "name": limit.name,
                "value": limit.value,
                "unit": limit.unit,
                "service": limit.service,
                "enforced": format!("{:?}", limit.enforced).to_lowercase(),
                "asOf": limit.as_of.to_string(),
                "source": limit.source,
            })
        })
        .collect();
    ctx.out.rows(&VIEW, &rows)?;
    Ok(Exit::Success)
}
