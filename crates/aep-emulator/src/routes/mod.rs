//! The services: a folder each, a file per noun or verb.

pub(crate) mod ad_hoc;
pub(crate) mod admin;
pub(crate) mod catalog;
pub(crate) mod collection;
pub(crate) mod data_access;
pub(crate) mod data_prep;
pub(crate) mod flow_service;
pub(crate) mod import;
pub(crate) mod ims;
pub(crate) mod landing_zone;
pub(crate) mod sandbox;
pub(crate) mod schema_registry;

pub(crate) mod json;
mod property;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::from_fn_with_state;
use tokio::sync::mpsc::UnboundedSender;

pub(crate) use json::Json;

use crate::clock::Clock;
use crate::config::Config;
use crate::faults::Faults;
use crate::flow::engine::Engine;
use crate::gateway;
use crate::log::RequestLog;
use crate::operations::Service;
use crate::problem;
use crate::state::Store;
use crate::zone::Zone;

/// What every handler can reach. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    /// Files of landing zones and of buckets.
    pub(crate) zone: Zone,
    /// Batches to be processed.
    pub(crate) worker: UnboundedSender<Job>,
    /// Runs of flows.
    pub(crate) engine: Engine,
    pub(crate) config: Arc<Config>,
    /// Ends the server.
    pub(crate) stop: tokio_util::sync::CancellationToken,
}

/// A batch that was completed and waits for the lake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) sandbox: String,
    pub(crate) batch: String,
}

/// Largest JSON body. Adobe publishes no number for these services (emulator choice).
const JSON_BYTES: usize = 10 * 1024 * 1024;

/// All services under their published paths.
pub(crate) fn app(state: &AppState) -> Router {
    let guarded = [
        (Service::SandboxManagement, sandbox::router()),
        (Service::SchemaRegistry, schema_registry::router()),
        (Service::Catalog, catalog::router()),
        (Service::Import, import::router()),
        (Service::DataAccess, data_access::router()),
        (Service::FlowService, flow_service::router()),
        (Service::LandingZone, landing_zone::router()),
        (Service::DataPrep, data_prep::router()),
        (Service::AdHoc, ad_hoc::router()),
    ]
    .into_iter()
    .fold(Router::new(), |all, (service, router)| {
        all.nest(service.base(), answering(service, router))
    })
    .layer(from_fn_with_state(state.clone(), gateway::guard));
    Router::new()
        .merge(guarded)
        .nest(Service::Ims.base(), answering(Service::Ims, ims::router()))
        // The collection servers stand beside the gateway: an inlet has its own idea of who may send.
        .nest(
            Service::Collection.base(),
            answering(Service::Collection, collection::router()),
        )
        .nest(
            Service::Admin.base(),
            answering(Service::Admin, admin::router()),
        )
        .fallback(async || problem::no_route())
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .with_state(state.clone())
}

/// A service answers unknown paths and methods itself, in its own shape, and so too operations that it lacks.
fn answering(service: Service, router: Router<AppState>) -> Router<AppState> {
    router
        .fallback(async move |request: Request| {
            problem::unserved(service, &request, 404, "no such resource")
        })
        .method_not_allowed_fallback(async move |request: Request| {
            problem::unserved(
                service,
                &request,
                405,
                "method not allowed on this resource",
            )
        })
}
