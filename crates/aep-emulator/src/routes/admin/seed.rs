//! `POST /seed`: registry resources and datasets from one document, through the same checks as their own calls.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::gateway::Caller;
use crate::ids;
use crate::operations::Service;
use crate::problem::{self, Problem};
use crate::routes::catalog::checked_dataset;
use crate::routes::schema_registry::{CLASS, DATATYPE, FIELDGROUP, Noun, SCHEMA, register};
use crate::routes::{AppState, Json};
use crate::seed::{self, dataset_document};
use crate::state::{GLOBAL, Tx, kind};

/// The document. Lists hold create bodies of the services; they are made in the order of the fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    /// `dev` by default.
    #[serde(default)]
    sandbox: Option<String>,
    #[serde(default)]
    data_types: Vec<Value>,
    #[serde(default)]
    classes: Vec<Value>,
    #[serde(default)]
    field_groups: Vec<Value>,
    #[serde(default)]
    schemas: Vec<Value>,
    /// May name a schema by title, as `"schema": "Loyalty Members"`, instead of a `schemaRef`.
    #[serde(default)]
    datasets: Vec<Value>,
}

/// All or nothing; answers the ids made.
pub(super) async fn load(
    State(state): State<AppState>,
    Json(body): Json,
) -> Result<Response, Problem> {
    let document: Document = serde_json::from_value(body).map_err(|error| {
        problem::of(
            Service::Admin,
            400,
            &format!("not a seed document: {error}"),
        )
    })?;
    let now = state.clock.now_ms();
    let made = state.store.write(move |tx| fill(tx, document, now)).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

fn fill(tx: &Tx<'_>, document: Document, now: i64) -> Result<Value, Problem> {
    let name = document.sandbox.unwrap_or_else(|| "dev".to_owned());
    let sandbox = tx
        .get(kind::SANDBOX, GLOBAL, &name)?
        .ok_or_else(|| problem::of(Service::Admin, 404, &format!("sandbox {name} not found")))?;
    let caller = Caller {
        org: seed::ORG.to_owned(),
        sandbox: name,
        sandbox_id: sandbox["id"].as_str().unwrap_or_default().to_owned(),
        client_id: seed::CLIENT.to_owned(),
        user: seed::USER.to_owned(),
    };
    let lists: [(&str, Noun, Vec<Value>); 4] = [
        ("dataTypes", DATATYPE, document.data_types),
        ("classes", CLASS, document.classes),
        ("fieldGroups", FIELDGROUP, document.field_groups),
        ("schemas", SCHEMA, document.schemas),
    ];
    let mut made = json!({});
    for (key, noun, bodies) in lists {
        let mut ids = Vec::new();
        for mut body in bodies {
            by_title(tx, &caller.sandbox, &mut body)?;
            ids.push(register(tx, noun, &caller, &body, now)?["$id"].clone());
        }
        made[key] = json!(ids);
    }
    let mut ids = Vec::new();
    for mut body in document.datasets {
        if let Some(title) = body.as_object_mut().and_then(|body| body.remove("schema")) {
            let schemas = tx.list(kind::SCHEMA, &caller.sandbox, None)?;
            let schema = schemas.iter().find(|schema| schema["title"] == title);
            let schema = schema.ok_or_else(|| {
                problem::of(
                    Service::Admin,
                    400,
                    &format!("no schema has the title {title}"),
                )
            })?;
            body["schemaRef"] = json!({"id": schema["$id"], "contentType": "application/vnd.adobe.xed+json;version=1"});
        }
        checked_dataset(tx, &caller.sandbox, &body)?;
        let id = ids::dataset();
        let document = dataset_document(
            &id,
            body,
            (seed::CLIENT, seed::USER),
            &caller.sandbox_id,
            now,
        );
        tx.put(kind::DATASET, &caller.sandbox, &id, "", &document)?;
        ids.push(json!(id));
    }
    made["datasets"] = json!(ids);
    Ok(made)
}

/// Ids of new resources are not known beforehand, so `allOf` may name them as `{"title": "…"}`.
fn by_title(tx: &Tx<'_>, sandbox: &str, body: &mut Value) -> Result<(), Problem> {
    for item in body["allOf"].as_array_mut().into_iter().flatten() {
        if item["$ref"].is_string() {
            continue;
        }
        let title = item["title"].clone();
        for kind in [kind::FIELDGROUP, kind::CLASS, kind::DATATYPE] {
            let found = tx
                .list(kind, sandbox, None)?
                .into_iter()
                .find(|part| part["title"] == title);
            if let Some(part) = found.filter(|_| title.is_string()) {
                *item = json!({"$ref": part["$id"]});
                break;
            }
        }
    }
    Ok(())
}
