//! `aep profile show [NAME]`.

use aep_core::config::explain;
use aep_core::{Env, Result};
use serde_json::Value;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, value};

const VIEW: View = View {
    noun: "settings",
    id: "key",
    columns: &[
        text("key", "key"),
        text("value", "value"),
        text("from", "origin"),
    ],
};

/// Show every setting, with where it comes from
///
/// Flags, the environment, the project's aep.toml and the profile are merged as for any other command. Secrets are not
/// shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The profile [default: the one in use]
    name: Option<String>,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let store = ctx.store()?;
    let mut overrides = ctx.overrides()?;
    if args.name.is_some() {
        overrides.profile.clone_from(&args.name);
    }
    let settings = explain(&overrides, &ctx.env, &store)?;
    let rows = settings
        .iter()
        .filter(|setting| !ctx.out.is_human() || setting.value.is_some())
        .map(value)
        .collect::<Result<Vec<Value>>>()?;
    ctx.out.rows(&VIEW, &rows)?;
    let unknown = ctx.env.unknown();
    if !unknown.is_empty() {
        ctx.messages.note(&format!(
            "not known, probably misspelt: {}",
            unknown.join(", ")
        ));
    }
    if ctx.out.is_human() && settings.iter().all(|setting| setting.value.is_none()) {
        ctx.messages.note(&format!(
            "nothing is set; `aep auth login` makes a profile, {} names one",
            Env::PROFILE
        ));
    }
    Ok(Exit::Success)
}
