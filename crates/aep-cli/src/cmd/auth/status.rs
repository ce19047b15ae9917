//! `aep auth status`.

use std::time::{SystemTime, UNIX_EPOCH};

use aep_core::{Credentials, Result, Token};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "credentials",
    id: "clientId",
    columns: &[
        text("profile", "profile"),
        text("organisation", "orgId"),
        text("client", "clientId"),
        text("credentials", "credentials"),
        text("gateway", "baseUrl"),
        text("sandbox", "sandbox"),
        text("writes", "writes"),
        text("token", "token"),
        text("expires", "expiresAt"),
    ],
};

/// Show which credentials are in use and whether they work
///
/// The token itself is never shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(_args: Args, ctx: &Context) -> Result<Exit> {
    let client = ctx.client().await?;
    let settings = client.settings();
    let token = client.token().await;
    let mut document = json!({
        "profile": settings.profile.as_deref().or(ctx.global.local.then_some("(local emulator)")),
        "orgId": settings.org,
        "clientId": settings.client_id,
        "credentials": match &settings.credentials {
            Credentials::ClientSecret { .. } => "client secret",
            Credentials::Token(_) => "token",
        },
        "baseUrl": settings.base_url.as_str(),
        "sandbox": settings.sandbox,
        "writes": settings.writes.name(),
        "token": if token.is_ok() { "good" } else { "refused" },
        "expiresAt": Value::Null,
    });
    if let Ok(token) = &token {
        document["expiresAt"] = expiry(token);
    }
    ctx.out.one(&VIEW, &document)?;
    token.map(|_| Exit::Success)
}

/// When the token ends, as RFC 3339.
pub(super) fn expiry(token: &Token) -> Value {
    let end = token.expires_at.unwrap_or(SystemTime::UNIX_EPOCH);
    match end
        .duration_since(UNIX_EPOCH)
        .map(|since| i64::try_from(since.as_millis()))
    {
        Ok(Ok(ms)) if ms > 0 => crate::output::timestamp(ms, false).into(),
        _ => Value::Null,
    }
}
