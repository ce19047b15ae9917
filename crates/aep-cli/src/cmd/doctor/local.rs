//! Checks on this machine.

use std::path::Path;

use aep_core::{Credentials, Settings};

use super::Check;
use crate::context::Context;

/// Files and surroundings, before any request.
pub(super) fn checks(ctx: &Context) -> Vec<Check> {
    let mut checks = Vec::new();
    if !ctx.global.local {
        match ctx.store() {
            Ok(store) => checks.push(files(store.directory())),
            Err(error) => checks.push(Check::failed("files", &error, None)),
        }
    }
    checks.push(match ctx.env.proxy() {
        Some(variable) => Check::ok(
            "proxy",
            format!("from {variable}; requests to this machine go past it"),
        ),
        None => Check::ok("proxy", "none is set"),
    });
    checks
}

/// What the requests will say about us.
pub(super) fn configuration(settings: &Settings, ctx: &Context) -> Check {
    let source = if ctx.global.local {
        "the local emulator".to_owned()
    } else {
        settings.profile.as_ref().map_or_else(
            || "the environment".to_owned(),
            |name| format!("profile `{name}`"),
        )
    };
    let how = match &settings.credentials {
        Credentials::ClientSecret { scopes, .. } => {
            format!("client secret with {} scopes", scopes.len())
        }
        Credentials::Token(_) => "a token of yours, which cannot be renewed".to_owned(),
    };
    let detail = format!("{source}: {} at {}, {how}", settings.org, settings.base_url);
    match &settings.credentials {
        Credentials::ClientSecret { scopes, .. } if scopes.is_empty() => Check::warning(
            "configuration",
            detail,
            "no scopes are set; the Developer Console shows those of the credential",
        ),
        _ => Check::ok("configuration", detail),
    }
}

fn files(directory: &Path) -> Check {
    let secrets = directory.join("credentials.toml");
    match readable_by_others(&secrets) {
        None => Check::ok(
            "files",
            format!("{}, no credentials file", directory.display()),
        ),
        Some(false) => Check::ok(
            "files",
            format!("{}, credentials readable by you only", directory.display()),
        ),
        Some(true) => Check::warning(
            "files",
            format!("{} can be read by others", secrets.display()),
            format!("chmod 600 {}", secrets.display()),
        ),
    }
}

#[cfg(unix)]
fn readable_by_others(path: &Path) -> Option<bool> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some(metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(path: &Path) -> Option<bool> {
    path.exists().then_some(false)
}
