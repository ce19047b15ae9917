//! `aep doctor`: the set-up, step by step, each failure with what is missing.

mod access;
mod local;
mod services;

use aep_core::{Error, Result};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::hints;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "checks",
    id: "check",
    columns: &[
        text("status", "status"),
        text("check", "check"),
        text("detail", "detail"),
    ],
};

/// Check the set-up, step by step
///
/// Looks at the configuration, the permissions of its files, the proxy, the token, the clock, the sandbox, and asks each
/// service one cheap question. Changes nothing.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  aep doctor\n  aep doctor -p acme-dev -o json\n  aep --local doctor\n"
)]
pub(crate) struct Args {}

/// What a check found.
#[derive(Debug)]
pub(super) struct Check {
    name: &'static str,
    status: Status,
    detail: String,
    hint: Option<String>,
    exit: Exit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Check {
    pub(super) fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name,
            status: Status::Ok,
            detail: detail.into(),
            hint: None,
            exit: Exit::Success,
        }
    }

    pub(super) fn warning(
        name: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            status: Status::Warning,
            hint: Some(hint.into()),
            ..Self::ok(name, detail)
        }
    }

    pub(super) fn skipped(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status: Status::Skipped,
            ..Self::ok(name, detail)
        }
    }

    pub(super) fn failed(name: &'static str, error: &Error, hint: Option<String>) -> Self {
        let causes = error
            .chain()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ");
        Self {
            status: Status::Failed,
            hint: hint.or_else(|| hints::hint(error)),
            exit: Exit::of(error),
            ..Self::ok(name, causes)
        }
    }

    fn row(&self) -> Value {
        json!({"check": self.name, "status": self.status.name(), "detail": self.detail, "hint": self.hint})
    }
}

pub(crate) async fn run(_args: Args, ctx: &Context) -> Result<Exit> {
    let mut checks = local::checks(ctx);
    match ctx.settings().await {
        Err(error) => checks.push(Check::failed("configuration", &error, None)),
        Ok(settings) => {
            checks.push(local::configuration(&settings, ctx));
            match ctx.client().await {
                Err(error) => checks.push(Check::failed("connection", &error, None)),
                Ok(client) => {
                    let token = access::token(client).await;
                    let refused = token.status == Status::Failed;
                    checks.push(token);
                    if refused {
                        checks.push(Check::skipped(
                            "services",
                            "without a token no service answers",
                        ));
                    } else {
                        checks.extend(access::sandbox(client).await);
                        checks.extend(services::checks(client).await);
                    }
                }
            }
        }
    }
    show(&checks, ctx)
}

fn show(checks: &[Check], ctx: &Context) -> Result<Exit> {
    let rows: Vec<Value> = checks.iter().map(Check::row).collect();
    ctx.out.rows(&VIEW, &rows)?;
    if !ctx.messages.is_json() {
        for check in checks {
            if let Some(hint) = &check.hint {
                ctx.messages.note(&format!("{}: {hint}", check.name));
            }
        }
    }
    let worst = checks
        .iter()
        .find(|check| check.status == Status::Failed)
        .map_or(Exit::Success, |check| check.exit);
    if worst == Exit::Success {
        ctx.messages.tip("everything that was asked answered");
    }
    Ok(worst)
}
