//! The first thing every request meets: names, request ids, faults, the log.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Request, Uri, header};
use percent_encoding::percent_decode_str;
use tower::ServiceExt;

use super::Wire;
use super::spoil::spoil;
use crate::faults::Fault;
use crate::gateway;
use crate::log::Seen;
use crate::operations::{self, Operation, Service};
use crate::problem;
use crate::routes::AppState;
use crate::{faults, ids, zone};

/// Longest URL of the import service in characters, scheme and host included. Of others none is published.
const URL_CHARS: usize = 2000;

pub(crate) static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn handle(
    request: Request<Body>,
    router: Router,
    state: AppState,
    wire: Wire,
) -> Response {
    let request_id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty())
        .map_or_else(ids::dashed, str::to_owned);
    let mut seen = Seen {
        method: request.method().to_string(),
        path: request
            .uri()
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        operation: None,
        status: None,
        request_id: request_id.clone(),
    };
    let signed = zone::s3::is_signed(&request);
    let path = request.uri().path().to_owned();
    let is_storage = signed || state.zone.has_bucket_at(path).await;
    let request = if is_storage {
        request
    } else {
        canonical(request)
    };
    let operation = if is_storage {
        operations::of_storage(request.method(), request.uri(), request.headers())
    } else {
        operations::find(
            request.method(),
            request.uri().path(),
            request.uri().query(),
        )
    };
    seen.operation = operation.map(|operation| operation.name);

    // Rules for everything must not lock out whoever comes to remove them.
    let (fired, counted) = match Service::of_path(request.uri().path()) {
        Some(Service::Admin) if !is_storage => (Vec::new(), false),
        _ => state.faults.decide(operation),
    };
    if counted {
        faults_changed(&state).await;
    }
    let target = if is_storage {
        Target::Storage
    } else {
        Target::Routes(router)
    };
    let acting = act(request, target, &state, operation, &fired);
    let mut response = match problem::REQUEST.scope(request_id.clone(), acting).await {
        Outcome::Answer(response) => response,
        Outcome::Reset => {
            state.log.push(seen.clone());
            match wire.reset().await {}
        }
        Outcome::Silence => {
            state.log.push(seen.clone());
            std::future::pending::<Response>().await
        }
    };
    seen.status = Some(response.status().as_u16());
    state.log.push(seen);
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    spoil(response, &fired, &wire).await
}

enum Outcome {
    Answer(Response),
    Reset,
    Silence,
}

/// Who answers.
enum Target {
    Routes(Router),
    /// The S3 face.
    Storage,
}

async fn act(
    request: Request<Body>,
    target: Target,
    state: &AppState,
    operation: Option<&'static Operation>,
    fired: &[Fault],
) -> Outcome {
    let service = operation
        .map(|operation| operation.service)
        .or_else(|| Service::of_path(request.uri().path()));
    let is_storage = matches!(target, Target::Storage);
    for fault in fired {
        match fault {
            Fault::Delay { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
            Fault::Throttle { retry_after } if is_storage => {
                return Outcome::Answer(zone::s3::slow_down(retry_after.as_deref()));
            }
            Fault::Status { code, retry_after } if is_storage => {
                return Outcome::Answer(zone::s3::fault(*code, retry_after.as_deref()));
            }
            Fault::ExpiredToken if is_storage => {
                let key = zone::s3::key_id(&request);
                return Outcome::Answer(state.zone.revoke(key).await);
            }
            Fault::Throttle { retry_after } => {
                return Outcome::Answer(
                    problem::gateway::throttled(retry_after.as_deref()).into_response(),
                );
            }
            Fault::Status { code, retry_after } => {
                let service = service.unwrap_or(Service::Catalog);
                let mut answer =
                    problem::of(service, *code, "a fault rule of the emulator answered");
                if let Some(value) = retry_after {
                    answer = answer.header(header::RETRY_AFTER, value);
                }
                return Outcome::Answer(answer.into_response());
            }
            Fault::ResetBefore => return Outcome::Reset,
            Fault::Silence => return Outcome::Silence,
            Fault::ExpiredToken => {
                gateway::revoke(state, request.headers()).await;
                return Outcome::Answer(problem::gateway::token_invalid().into_response());
            }
            Fault::ResetAfter
            | Fault::SilenceAfter
            | Fault::HalfResponse
            | Fault::Stuck
            | Fault::Truncated
            | Fault::Corrupted
            | Fault::Drip { .. } => {}
        }
    }
    let response = match target {
        Target::Routes(router) => serve(request, router, service, operation).await,
        Target::Storage => state.zone.serve(request).await,
    };
    if fired.contains(&Fault::ResetAfter) {
        Outcome::Reset
    } else if fired.contains(&Fault::SilenceAfter) {
        Outcome::Silence
    } else {
        Outcome::Answer(response)
    }
}

async fn serve(
    mut request: Request<Body>,
    router: Router,
    service: Option<Service>,
    operation: Option<&'static Operation>,
) -> Response {
    if let Some(service) = service {
        request.extensions_mut().insert(service);
    }
    if let Some(operation) = operation {
        request.extensions_mut().insert(operation);
    }
    let is_import = service == Some(Service::Import);
    let host = request
        .headers()
        .get(header::HOST)
        .map_or(0, HeaderValue::len);
    let target = request
        .uri()
        .path_and_query()
        .map_or(1, |path| path.as_str().len());
    if is_import && "http://".len() + host + target > URL_CHARS {
        return problem::of(
            Service::Import,
            414,
            "the URL is longer than 2000 characters",
        )
        .into_response();
    }
    // Routers would answer this with plain text; no service does.
    if percent_decode_str(request.uri().path())
        .decode_utf8()
        .is_err()
    {
        let service = service.unwrap_or(Service::Catalog);
        return problem::of(service, 400, "the path is not UTF-8").into_response();
    }
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Spellings that mean the same are brought to one, so that routers and fault rules know a single form.
fn canonical(mut request: Request<Body>) -> Request<Body> {
    let path = request.uri().path();
    let mut segments: Vec<&str> = path.split('/').collect();
    match segments.get(1..4) {
        Some(["data", "foundation", "import"]) if segments.get(6) == Some(&"dataSets") => {
            segments[6] = "datasets";
        }
        Some(["data", "foundation", "catalog"]) => match segments.get(4) {
            Some(&"datasets") => segments[4] = "dataSets",
            Some(&"batch") => segments[4] = "batches",
            _ => {}
        },
        _ => {}
    }
    let mut changed = segments.join("/");
    // Clients write `/sandbox-management/` and `/tenant/schemas/`; only a file path of the import service means its slash.
    let is_file = segments.get(3) == Some(&"import") && segments.get(8) == Some(&"files");
    if changed.starts_with("/data/") && !is_file && changed.ends_with('/') {
        changed.pop();
    }
    if changed != path {
        if let Some(query) = request.uri().query() {
            changed.push('?');
            changed.push_str(query);
        }
        if let Ok(uri) = changed.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Rules and their counters outlive the process, because consecutive `--local` commands share one state.
pub(crate) async fn faults_changed(state: &AppState) {
    let rules: Vec<faults::Listed> = state.faults.list();
    let saved = state
        .store
        .write(move |tx| -> Result<(), crate::state::StateError> {
            tx.set_meta("faults", &serde_json::to_string(&rules)?)
        })
        .await;
    if let Err(error) = saved {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the fault rules could not be saved"
        );
    }
}
