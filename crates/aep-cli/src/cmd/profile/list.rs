//! `aep profile list`.

use aep_core::Result;
use aep_core::config::Key;
use serde_json::{Value, json};

use super::chosen;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "profiles",
    id: "name",
    columns: &[
        text("name", "name"),
        text("in use", "inUse"),
        text("organisation", "orgId"),
        text("client", "clientId"),
        text("sandbox", "sandbox"),
        text("writes", "writes"),
        text("credentials", "credentials"),
    ],
};

/// List the profiles
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, ctx: &Context) -> Result<Exit> {
    let store = ctx.store()?;
    let used = chosen(ctx, &store);
    let rows: Vec<Value> = store
        .profiles()
        .iter()
        .map(|name| {
            let credentials = if store.is_set(name, Key::ClientSecret) {
                "client secret"
            } else if store.is_set(name, Key::AccessToken) {
                "token"
            } else {
                "none"
            };
            json!({
                "name": name,
                "inUse": used.as_deref() == Some(name),
                "orgId": store.get(name, Key::OrgId),
                "clientId": store.get(name, Key::ClientId),
                "sandbox": store.get(name, Key::Sandbox),
                "writes": store.get(name, Key::Writes).unwrap_or_else(|| "development-only".to_owned()),
                "credentials": credentials,
            })
        })
        .collect();
    if rows.is_empty() && ctx.out.is_human() {
        ctx.messages
            .tip("no profiles; `aep auth login` or `aep profile import FILE` makes one");
        return Ok(Exit::Success);
    }
    ctx.out.rows(&VIEW, &rows)?;
    Ok(Exit::Success)
}
