//! `POST /mappingSets/preview`: sample rows through a mapping set.

use serde_json::{Value, json};

use crate::gateway::Caller;
use crate::lake::object_of;
use crate::mapping::{Mapper, TransformError};
use crate::problem::{Problem, catalog};
use crate::routes::Json;

/// Answers the mapped rows, in the form they came: one object, or an array. Mappings that can't be carried out are told
/// under `errors`, the others are.
pub(super) async fn preview(_caller: Caller, Json(body): Json) -> Result<Json, Problem> {
    if !body["mappingSet"]["mappings"].is_array() {
        return Err(catalog::bad_request("mappingSet.mappings must be an array"));
    }
    let (mapper, errors) = Mapper::partial(&body["mappingSet"]);
    let through = |row: &Value| -> Result<Value, Problem> {
        let row = object_of(row.to_string().as_bytes())
            .map_err(|why| catalog::bad_request(&format!("data: {why}")))?;
        Ok(mapper.apply(&row).to_json())
    };
    let data = match &body["data"] {
        Value::Array(rows) => Value::Array(rows.iter().map(through).collect::<Result<_, _>>()?),
        row => through(row)?,
    };
    let errors: Vec<Value> = errors.iter().map(TransformError::to_json).collect();
    Ok(Json(json!({"data": data, "errors": errors})))
}
