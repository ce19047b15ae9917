//! Who we are for the platform, and where we may work.

use std::time::{Duration, SystemTime};

use aep_core::{Client, ErrorKind, Operation, Request, Safety};
use aep_ingest::Ingest;
use http::Method;
use http::header::DATE;

use super::Check;

/// A clock that is further off than this breaks signed and expiring things.
const SKEW: Duration = Duration::from_mins(2);

/// A token is fetched, as for any request.
pub(super) async fn token(client: &Client) -> Check {
    match client.token().await {
        Ok(token) => {
            let left = token
                .expires_at
                .and_then(|end| end.duration_since(SystemTime::now()).ok());
            Check::ok(
                "token",
                match left {
                    Some(left) => format!("good for another {} min", left.as_secs() / 60),
                    None => "brought by you; nothing is known about its end".to_owned(),
                },
            )
        }
        Err(error) => {
            let hint = match error.kind() {
                ErrorKind::Unauthorized => {
                    "the client id, the secret or the scopes are wrong; `aep auth login` sets them again"
                }
                _ => "IMS does not answer: look at the network, the proxy, and AEP_IMS_URL",
            };
            Check::failed("token", &error, Some(hint.to_owned()))
        }
    }
}

/// The clock, and the sandbox with its type.
pub(super) async fn sandbox(client: &Client) -> Vec<Check> {
    let mut checks = Vec::new();
    let url = match client.url(&["data", "foundation", "sandbox-management", "sandboxTypes"]) {
        Ok(url) => url,
        Err(error) => return vec![Check::failed("sandbox management", &error, None)],
    };
    let operation = Operation {
        api: "sandbox",
        id: "listSandboxTypes",
        safety: Safety::Repeatable,
    };
    let request = Request::new(operation, Method::GET, url)
        .doing("ask sandbox management")
        .accept("application/json")
        .without_sandbox();
    match client.send(request).await {
        Ok(answer) => {
            let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
            checks.extend(date.and_then(|date| clock(&date)));
        }
        Err(error) => checks.push(Check::failed(
            "sandbox management",
            &error,
            (error.kind() == ErrorKind::Forbidden)
                .then(|| "the token is good, but the API is not part of the project, or the client id is another project's".to_owned()),
        )),
    }
    checks.push(membership(client).await);
    checks
}

fn clock(date: &str) -> Option<Check> {
    let theirs = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    let off = jiff::Timestamp::now().duration_since(theirs).unsigned_abs();
    Some(if off > SKEW {
        Check::warning(
            "clock",
            format!("{} s off the platform's", off.as_secs()),
            "set this machine's clock: tokens and temporary keys go by it",
        )
    } else {
        Check::ok("clock", "agrees with the platform's")
    })
}

async fn membership(client: &Client) -> Check {
    let Some(name) = client.sandbox().cloned() else {
        return Check::warning(
            "sandbox",
            "none is chosen, and there is no default",
            "`aep sandbox list`, then `aep sandbox use NAME` or --sandbox",
        );
    };
    match Ingest::new(client.clone()).sandboxes().get(&name).await {
        Ok(sandbox) => {
            let kind = crate::output::value(&sandbox)
                .ok()
                .map(|value| value["type"].clone());
            let kind = kind
                .as_ref()
                .and_then(serde_json::Value::as_str)
                .unwrap_or("unknown type");
            Check::ok("sandbox", format!("`{name}`, {kind}"))
        }
        Err(error) => {
            let hint = match error.kind() {
                ErrorKind::NotFound => {
                    "there is no such sandbox, or the credential's product profile does not include it; `aep sandbox list` shows those it may use"
                }
                ErrorKind::Forbidden => {
                    "the credential's product profile does not include this sandbox"
                }
                _ => return Check::failed("sandbox", &error, None),
            };
            Check::failed("sandbox", &error, Some(hint.to_owned()))
        }
    }
}
