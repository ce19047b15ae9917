//! Schema Registry: schemas and what they are made of.

mod accept;
mod change;
mod check;
mod create;
mod descriptors;
mod list;
mod lookup;
mod rpc;
mod stats;
mod unions;

use axum::Router;
use axum::routing::{MethodRouter, get};

use super::AppState;
use crate::state::kind;

pub(crate) use create::register;

/// A kind of resource as the registry's paths and codes know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noun {
    pub(crate) kind: &'static str,
    /// Last part of `$id` paths: `https://ns.adobe.com/{tenant}/{folder}/{hash}`.
    folder: &'static str,
    /// What the 404 of this kind is called.
    not_found: &'static str,
    name: &'static str,
}

pub(crate) const SCHEMA: Noun = Noun {
    kind: kind::SCHEMA,
    folder: "schemas",
    not_found: "XDM-1012-404",
    name: "schema",
};
pub(crate) const FIELDGROUP: Noun = Noun {
    kind: kind::FIELDGROUP,
    folder: "mixins",
    not_found: "XDM-1011-404",
    name: "field group",
};
pub(crate) const CLASS: Noun = Noun {
    kind: kind::CLASS,
    folder: "classes",
    not_found: "XDM-1010-404",
    name: "class",
};
pub(crate) const DATATYPE: Noun = Noun {
    kind: kind::DATATYPE,
    folder: "datatypes",
    not_found: "XDM-1013-404",
    name: "data type",
};
const BEHAVIOR: Noun = Noun {
    kind: kind::BEHAVIOR,
    folder: "behaviors",
    not_found: "XDM-1016-404",
    name: "behavior",
};

/// Routes below `/data/foundation/schemaregistry`.
pub(crate) fn router() -> Router<AppState> {
    let router = Router::new()
        .route("/stats", get(stats::get))
        .route("/rpc/sampledata/{id}", get(rpc::sample))
        .route("/rpc/export/{id}", get(rpc::export))
        .route("/tenant/unions", get(unions::list))
        .route("/tenant/unions/{id}", get(unions::one))
        .route(
            "/tenant/descriptors",
            get(descriptors::list).post(descriptors::create),
        )
        .route(
            "/tenant/descriptors/{id}",
            get(descriptors::one)
                .put(descriptors::put)
                .delete(descriptors::delete),
        )
        .route("/global/descriptors", get(descriptors::list_global))
        .route("/global/descriptors/{id}", get(descriptors::one_global));
    [
        ("schemas", SCHEMA),
        ("fieldgroups", FIELDGROUP),
        ("mixins", FIELDGROUP),
        ("classes", CLASS),
        ("datatypes", DATATYPE),
        ("behaviors", BEHAVIOR),
    ]
    .into_iter()
    .fold(router, |router, (path, noun)| {
        let writable = noun.kind != kind::BEHAVIOR;
        router
            .route(&format!("/tenant/{path}"), collection(noun, true, writable))
            .route(&format!("/global/{path}"), collection(noun, false, false))
            .route(
                &format!("/tenant/{path}/{{id}}"),
                single(noun, true, writable),
            )
            .route(
                &format!("/global/{path}/{{id}}"),
                single(noun, false, false),
            )
    })
}

fn collection(noun: Noun, tenant: bool, writable: bool) -> MethodRouter<AppState> {
    let read = get(move |state, caller, query, headers| {
        list::list(noun, tenant, state, caller, query, headers)
    });
    if writable {
        read.post(move |state, caller, body| create::create(noun, state, caller, body))
    } else {
        read
    }
}

fn single(noun: Noun, tenant: bool, writable: bool) -> MethodRouter<AppState> {
    let read = get(move |state, caller, id, headers| {
        lookup::one(noun, tenant, state, caller, id, headers)
    });
    if !writable {
        return read;
    }
    read.put(move |state, caller, id, body| change::put(noun, state, caller, id, body))
        .patch(move |state, caller, id, body| change::patch(noun, state, caller, id, body))
        .delete(move |state, caller, id| change::delete(noun, state, caller, id))
}
