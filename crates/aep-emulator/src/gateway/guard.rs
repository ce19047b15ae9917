//! The checks themselves.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, header};

use super::{Caller, token};
use crate::operations::Service;
use crate::problem::{self, Problem, gateway};
use crate::routes::AppState;
use crate::routes::sandbox::state_at;
use crate::state::{GLOBAL, Tx, kind};

static API_KEY: HeaderName = HeaderName::from_static("x-api-key");
static ORG: HeaderName = HeaderName::from_static("x-gw-ims-org-id");
static SANDBOX: HeaderName = HeaderName::from_static("x-sandbox-name");

/// Middleware: puts a [`Caller`] into the request or answers in the gateway's place.
pub(crate) async fn guard(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let service = request
        .extensions()
        .get::<Service>()
        .copied()
        .unwrap_or(Service::Catalog);
    let headers = request.headers().clone();
    let now = state.clock.now_ms();
    let strict = state.config.require_sandbox;
    let checked = state
        .store
        .read(move |tx| check(tx, service, &headers, now, strict))
        .await;
    match checked {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// A header that isn't readable text is wrong, not missing: a missing sandbox would mean the default one.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn check(
    tx: &Tx<'_>,
    service: Service,
    headers: &HeaderMap,
    now: i64,
    strict: bool,
) -> Result<Caller, Problem> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Err(gateway::token_missing());
    }
    let token = token::bearer(headers).ok_or_else(gateway::token_invalid)?;
    let client = token::client_of(tx, token, now)?.ok_or_else(gateway::token_invalid)?;
    let key = text(headers, &API_KEY).ok_or_else(gateway::key_missing)?;
    if tx.get(kind::CLIENT, GLOBAL, &key)?.is_none() {
        return Err(gateway::key_invalid());
    }
    let org = text(headers, &ORG).ok_or_else(gateway::org_missing)?;
    if client["org"].as_str() != Some(&org) {
        return Err(gateway::org_refused());
    }
    let (sandbox, sandbox_id) = if service == Service::SandboxManagement {
        (String::new(), String::new())
    } else {
        sandbox(tx, service, text(headers, &SANDBOX).as_deref(), now, strict)?
    };
    Ok(Caller {
        org,
        sandbox,
        sandbox_id,
        client_id: client["id"].as_str().unwrap_or_default().to_owned(),
        user: client["user"].as_str().unwrap_or_default().to_owned(),
    })
}

/// A missing header means the default sandbox, unless the emulator is strict; both are the emulator's choice, for the
/// published texts contradict each other.
fn sandbox(
    tx: &Tx<'_>,
    service: Service,
    name: Option<&str>,
    now: i64,
    strict: bool,
) -> Result<(String, String), Problem> {
    let found = match name {
        Some(name) => tx.get(kind::SANDBOX, GLOBAL, name)?,
        None if strict => {
            return Err(problem::sandbox_missing(service));
        }
        None => tx
            .list(kind::SANDBOX, GLOBAL, None)?
            .into_iter()
            .find(|sandbox| sandbox["isDefault"] == true),
    };
    let name = name.unwrap_or("(default)");
    let found = found
        .ok_or_else(|| problem::sandbox_not_found(service, &format!("sandbox {name} not found")))?;
    if state_at(&found, now) != "active" {
        return Err(problem::sandbox_not_found(
            service,
            &format!("sandbox {name} is not active"),
        ));
    }
    let field = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    Ok((field("name"), field("id")))
}
