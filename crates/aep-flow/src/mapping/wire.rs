//! The calls of Data Prep, `/data/foundation/conversion`, one function each.
//!
//! The futures of the generated clients hold a whole attempt of the transport; they are boxed here.

use aep_core::{Client, Error, ErrorKind, Result};
use aep_gen::data_prep::{self, ListMappingSetsOptions, RetrieveMappingSetOptions};
use aep_gen::finish;
use serde::Serialize;
use serde_json::Value;

use super::MappingSetId;

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An answer with the service's own field names, unknown ones included.
fn plain(answer: &impl Serialize) -> Result<Value> {
    serde_json::to_value(answer)
        .map_err(|error| Error::new(ErrorKind::Protocol, "read an answer").because(error))
}

/// `GET /mappingSets`
pub(super) async fn list(
    client: &Client,
    limit: u64,
    start: u64,
    name: Option<&str>,
    order_by: Option<&str>,
) -> Result<Value> {
    let options = ListMappingSetsOptions {
        name,
        order_by,
        ..ListMappingSetsOptions::default()
    };
    let api = data_prep::client(client);
    let answer = Box::pin(api.list_mapping_sets(signed(limit), signed(start), options)).await;
    plain(&finish(answer).map_err(|error| error.rephrase("list mapping sets"))?)
}

/// `GET /mappingSets/{id}`
pub(super) async fn get(client: &Client, id: &MappingSetId, version: Option<u64>) -> Result<Value> {
    let options = RetrieveMappingSetOptions {
        version: version.map(signed),
        ..RetrieveMappingSetOptions::default()
    };
    let api = data_prep::client(client);
    let answer = Box::pin(api.retrieve_mapping_set(id.as_str(), options)).await;
    finish(answer).map_err(|error| {
        let error = error
            .rephrase("read the mapping set")
            .with("mapping set", id);
        match version {
            Some(version) => error.with("version", version),
            None => error,
        }
    })
}

/// `POST /mappingSets`
pub(super) async fn create(client: &Client, body: &Value) -> Result<Value> {
    let answer = Box::pin(data_prep::client(client).create_mapping_set(body)).await;
    plain(&finish(answer).map_err(|error| error.rephrase("create a mapping set"))?)
}

/// `POST /mappingSets/validate`
pub(super) async fn validate(client: &Client, body: &Value) -> Result<Value> {
    let answer = Box::pin(data_prep::client(client).validate_mapping_set(body)).await;
    plain(&finish(answer).map_err(|error| error.rephrase("check a mapping set"))?)
}

/// `POST /mappingSets/preview`
pub(super) async fn preview(client: &Client, body: &Value) -> Result<Value> {
    let answer = Box::pin(data_prep::client(client).preview_mapping_set(body)).await;
    finish(answer).map_err(|error| error.rephrase("try a mapping set"))
}
