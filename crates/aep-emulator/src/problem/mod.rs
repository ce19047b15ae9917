//! Error bodies, each service in its own shape.
//!
//! A module per shape. Statuses and codes are published facts; the texts are ours, so match on codes, never on text.

pub(crate) mod ad_hoc;
pub(crate) mod catalog;
#[allow(dead_code, reason = "its routes come next")]
pub(crate) mod collection;
pub(crate) mod flow;
pub(crate) mod gateway;
pub(crate) mod import;
pub(crate) mod ims;
pub(crate) mod registry;
pub(crate) mod sandbox;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::operations::{Operation, Service};
use crate::state::StateError;

tokio::task_local! {
    /// The id of the request being answered, for bodies that repeat it.
    pub(crate) static REQUEST: String;
}

/// An error answer. Handlers return it as `Err`.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            body,
            headers: Vec::new(),
        }
    }

    /// Adds a response header.
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        if let Some(field) = self.body.pointer_mut("/report/request-id") {
            let _ = REQUEST.try_with(|id| *field = json!(id));
        }
        let mut response = Response::new(Body::from(self.body.to_string()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        response.headers_mut().extend(self.headers);
        response
    }
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the emulator's state failed"
        );
        placeholder(
            500,
            "InternalError",
            &format!("the emulator's state failed: {error}"),
        )
    }
}

/// The older problem form: Catalog, import and Data Access use it.
fn placeholder(status: u16, title: &str, detail: &str) -> Problem {
    Problem::new(
        status,
        json!({"type": "/placeholder/type/uri", "status": status, "title": title, "detail": detail}),
    )
}

/// An error in the shape of a service, for rules that are the same everywhere.
pub(crate) fn of(service: Service, status: u16, detail: &str) -> Problem {
    match service {
        Service::Ims => ims::plain(status, detail),
        Service::Catalog | Service::DataAccess | Service::DataPrep => {
            catalog::with_status(status, detail)
        }
        Service::Import => import::with_status(status, detail),
        Service::SchemaRegistry => registry::with_status(status, detail),
        Service::SandboxManagement => sandbox::with_status(status, detail),
        Service::FlowService => flow::with_status(status, detail),
        Service::LandingZone => flow::connector_with_status(status, detail),
        Service::AdHoc => ad_hoc::with_status(status, detail),
        Service::Collection => collection::with_status(status, detail),
        Service::ZoneStorage | Service::Admin => Problem::new(status, json!({"error": detail})),
    }
}

/// A request that no router takes: 501 with its name if the platform has such an operation, otherwise the given status.
pub(crate) fn unserved(
    service: Service,
    request: &axum::extract::Request,
    status: u16,
    detail: &str,
) -> Problem {
    match request.extensions().get::<&'static Operation>() {
        Some(operation) if !operation.served => of(
            service,
            501,
            &format!("the emulator does not implement {}", operation.name),
        ),
        _ => of(service, status, detail),
    }
}

/// The sandbox of `x-sandbox-name` is unknown or not active.
pub(crate) fn sandbox_not_found(service: Service, detail: &str) -> Problem {
    match service {
        Service::FlowService => flow::coded("2100-404", detail),
        _ => of(service, 404, detail),
    }
}

/// `x-sandbox-name` is missing where it is asked for.
pub(crate) fn sandbox_missing(service: Service) -> Problem {
    let detail = "header x-sandbox-name is missing";
    match service {
        Service::FlowService => flow::coded("2105-400", detail),
        Service::LandingZone => flow::connector("1007-400", detail),
        _ => of(service, 400, detail),
    }
}

/// The gateway has no such route: an HTML page, by which a client can tell it from a service's own 404.
pub(crate) fn no_route() -> Response {
    const PAGE: &str = "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n</body>\r\n</html>\r\n";
    let mut response = Response::new(Body::from(PAGE));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}
