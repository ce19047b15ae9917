//! The first rows of a batch that is being filled.

use aep_core::{BatchId, Error, ErrorKind, Result};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Batches;
use crate::wire::import;

/// Some rows of a batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Preview {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, values by the name of their column.
    pub rows: Vec<Map<String, Value>>,
}

/// Rows that the service shows at most.
const MOST_ROWS: u32 = 9;

impl Batches {
    /// Shows up to nine rows of what was uploaded, as the platform reads it, before the batch is completed.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an unknown batch, [`ErrorKind::Protocol`] for a batch without a dataset.
    pub async fn preview(&self, id: &BatchId, rows: u32) -> Result<Preview> {
        let batch = self.get(id).await?;
        let Some(dataset) = &batch.dataset else {
            return Err(Error::new(ErrorKind::Protocol, "preview the batch")
                .with("batch", id)
                .because("it has no dataset"));
        };
        let format = batch
            .format
            .clone()
            .unwrap_or_else(|| "parquet".to_owned())
            .to_ascii_lowercase();
        let multi_line = batch
            .raw()
            .get("inputFormat")
            .and_then(|format| format["isMultiLineJson"].as_bool());
        let rows = i32::try_from(rows.clamp(1, MOST_ROWS)).unwrap_or(1);
        let answer = import::preview(
            self.client(),
            id,
            dataset,
            &format,
            multi_line.filter(|many| *many),
            rows,
        )
        .await?;
        Ok(read(&answer))
    }
}

fn read(answer: &Value) -> Preview {
    let preview = answer.get("preview").unwrap_or(answer);
    let cid = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let columns: Vec<(String, String)> = preview["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|column| Some((cid(&column["cid"]), column["name"].as_str()?.to_owned())))
        .collect();
    let rows = preview["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|row| {
            columns
                .iter()
                .filter_map(|(id, name)| {
                    Some((name.clone(), row.get(id).or_else(|| row.get(name))?.clone()))
                })
                .collect()
        })
        .collect();
    Preview {
        columns: columns.into_iter().map(|(_, name)| name).collect(),
        rows,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn column_ids_are_numbers_or_texts() {
        let answer = json!({"preview": {"columns": [{"cid": "0", "name": "id"}, {"cid": 1, "name": "email"}],
            "rows": [{"0": "a", "1": "x@example.com"}, {"0": "b"}]}});
        let preview = read(&answer);
        assert_eq!(preview.columns, ["id", "email"]);
        assert_eq!(
            Value::from(preview.rows[0].clone()),
            json!({"id": "a", "email": "x@example.com"})
        );
        assert_eq!(Value::from(preview.rows[1].clone()), json!({"id": "b"}));
    }
}
