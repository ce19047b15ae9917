//! Whole lives of batches, from the first request to the bytes that come out.

mod access;
mod actions;
mod create;
mod failures;
mod formats;
pub(crate) mod killed;
mod large;
mod partial;
mod replay;
mod small;

use std::time::Duration;

use arrow::datatypes::{DataType, FieldRef, Schema};
use serde_json::{Value, json};

use crate::support::{Answer, CATALOG, World, send};

pub(super) const IMPORT: &str = "/data/foundation/import";
pub(super) const EXPORT: &str = "/data/foundation/export";
pub(super) const MEMBERS: &str = "Loyalty Members";

/// A batch being made.
pub(super) struct Batch<'w> {
    pub(super) world: &'w World,
    pub(super) id: String,
    pub(super) dataset: String,
}

impl World {
    /// A batch for the members dataset, `body` added to the dataset id.
    pub(super) async fn batch(&self, body: Value) -> Batch<'_> {
        let dataset = self.dataset(MEMBERS).await;
        self.batch_of(&dataset, body).await
    }

    pub(super) async fn batch_of(&self, dataset: &str, mut body: Value) -> Batch<'_> {
        body["datasetId"] = json!(dataset);
        let made = self
            .post(&format!("{IMPORT}/batches"), &body)
            .await
            .expect(201);
        Batch {
            world: self,
            id: made["id"].as_str().unwrap().to_owned(),
            dataset: dataset.to_owned(),
        }
    }

    pub(super) async fn json_batch(&self) -> Batch<'_> {
        self.batch(json!({"inputFormat": {"format": "json"}})).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        send(
            self.request("POST", path)
                .header("content-type", "application/json")
                .body(body.to_string()),
        )
        .await
    }

    /// A dataset with a schema of its own, for the fields given.
    pub(super) async fn dataset_with(
        &self,
        title: &str,
        properties: Value,
        required: Value,
    ) -> String {
        const REGISTRY: &str = "/data/foundation/schemaregistry";
        let class = "https://ns.adobe.com/xdm/context/profile";
        let post = async |path: &str, body: Value| {
            let request = self
                .request("POST", &format!("{REGISTRY}{path}"))
                .header("accept", "application/vnd.adobe.xed+json")
                .header("content-type", "application/json");
            send(request.body(body.to_string())).await.expect(201)
        };
        let group = post(
            "/tenant/fieldgroups",
            json!({
                "title": format!("{title} fields"),
                "description": "",
                "type": "object",
                "meta:intendedToExtend": [class],
                "definitions": {"fields": {"type": "object", "properties": {"_local": {
                    "type": "object", "properties": properties, "required": required,
                }}}},
                "allOf": [{"$ref": "#/definitions/fields"}],
            }),
        )
        .await;
        let schema = post(
            "/tenant/schemas",
            json!({
                "title": title,
                "description": "",
                "type": "object",
                "allOf": [{"$ref": class}, {"$ref": group["$id"]}],
            }),
        )
        .await;
        let made = self
            .post(
                &format!("{CATALOG}/dataSets"),
                &json!({"name": title, "schemaRef": {
                    "id": schema["$id"], "contentType": "application/vnd.adobe.xed+json;version=1",
                }}),
            )
            .await
            .expect(201);
        made[0]
            .as_str()
            .unwrap()
            .trim_start_matches("@/dataSets/")
            .to_owned()
    }

    pub(super) async fn catalog_batch(&self, id: &str) -> Value {
        self.get(&format!("{CATALOG}/batches/{id}"))
            .await
            .expect(200)[id]
            .clone()
    }

    /// Waits until the batch has one of the states.
    pub(super) async fn until(&self, id: &str, states: &[&str]) -> Value {
        for _ in 0..6000 {
            let batch = self.catalog_batch(id).await;
            if states.contains(&batch["status"].as_str().unwrap()) {
                return batch;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!(
            "batch {id} never was {states:?}: {}",
            self.catalog_batch(id).await
        );
    }
}

impl Batch<'_> {
    pub(super) fn files(&self) -> String {
        format!(
            "{IMPORT}/batches/{}/datasets/{}/files",
            self.id, self.dataset
        )
    }

    pub(super) fn send_file(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.world
            .request(method, &format!("{}/{path}", self.files()))
            .header("content-type", "application/octet-stream")
    }

    pub(super) async fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let answer = send(self.send_file("PUT", path).body(bytes.into())).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    }

    pub(super) async fn act(&self, action: &str) -> Answer {
        let path = format!("{IMPORT}/batches/{}?action={action}", self.id);
        send(self.world.request("POST", &path)).await
    }

    pub(super) async fn status(&self) -> String {
        self.world.catalog_batch(&self.id).await["status"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// COMPLETE, then the end.
    pub(super) async fn finish(&self) -> Value {
        let answer = self.act("COMPLETE").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        self.world.until(&self.id, &["success", "failure"]).await
    }

    pub(super) async fn export(&self, path: &str) -> Answer {
        self.world
            .get(&format!("{EXPORT}/batches/{}/{path}", self.id))
            .await
    }

    /// Rows of a diagnostic file.
    pub(super) async fn lines(&self, path: &str) -> Vec<Value> {
        let answer = self.export(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
            .text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Every row of the batch as it is stored, read from the downloaded Parquet files by another reader than ours.
    pub(super) async fn stored(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for (_, bytes) in self.download().await {
            rows.extend(rows_of(bytes));
        }
        rows
    }

    /// Name and bytes of every stored file, found by following links.
    pub(super) async fn download(&self) -> Vec<(String, Vec<u8>)> {
        let list = self.export("files").await.expect(200);
        let mut all = Vec::new();
        for entry in list["data"].as_array().unwrap() {
            let inner = self
                .follow(&entry["_links"]["self"]["href"])
                .await
                .expect(200);
            let file = &inner["data"][0];
            let href = file["_links"]["self"]["href"].as_str().unwrap();
            let response = self
                .world
                .request("GET", &self.local(href))
                .send()
                .await
                .unwrap();
            assert_eq!(response.headers()["content-type"], "application/parquet");
            let bytes = response.bytes().await.unwrap().to_vec();
            assert_eq!(file["length"], bytes.len().to_string());
            all.push((file["name"].as_str().unwrap().to_owned(), bytes));
        }
        all
    }

    pub(super) async fn follow(&self, href: &Value) -> Answer {
        self.world.get(&self.local(href.as_str().unwrap())).await
    }

    fn local(&self, href: &str) -> String {
        href.strip_prefix(&self.world.emulator.url())
            .unwrap_or_else(|| panic!("{href}"))
            .to_owned()
    }
}

/// Rows of a Parquet file as JSON, by arrow's own reader and writer.
pub(super) fn rows_of(bytes: Vec<u8>) -> Vec<Value> {
    use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

    let bytes = bytes::Bytes::from(bytes);
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).unwrap();
    let fields: Vec<_> = builder.schema().fields().iter().map(offset_named).collect();
    let options = ArrowReaderOptions::new().with_schema(std::sync::Arc::new(Schema::new(fields)));
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options)
        .unwrap()
        .build()
        .unwrap();
    let mut text = Vec::new();
    let mut writer = arrow::json::LineDelimitedWriter::new(&mut text);
    for batch in reader {
        writer.write(&batch.unwrap()).unwrap();
    }
    writer.finish().unwrap();
    let text = String::from_utf8(text).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Arrow writes times as JSON only for a zone that is called by its offset.
fn offset_named(field: &FieldRef) -> FieldRef {
    let kind = match field.data_type() {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(offset_named).collect()),
        DataType::List(item) => DataType::List(offset_named(item)),
        DataType::Map(entries, sorted) => DataType::Map(offset_named(entries), *sorted),
        other => other.clone(),
    };
    field.as_ref().clone().with_data_type(kind).into()
}

/// One spelling for what means the same: no nulls in objects, numbers as floats, times as instants.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Value::Number(number) => json!(number.as_f64().unwrap()),
        Value::String(text) => match text.parse::<jiff::Timestamp>() {
            Ok(time) => json!(time.to_string()),
            Err(_) => value.clone(),
        },
        other => other.clone(),
    }
}

pub(super) fn plain_all(rows: &[Value]) -> Vec<Value> {
    rows.iter().map(plain).collect()
}

/// A row that fits the members' schema.
pub(super) fn member(n: u32) -> Value {
    json!({
        "_id": format!("m{n}"),
        "_local": {"memberId": format!("M{n:08}"), "tier": "gold", "points": n},
    })
}

pub(super) fn ndjson(rows: &[Value]) -> Vec<u8> {
    rows.iter()
        .flat_map(|row| format!("{row}\n").into_bytes())
        .collect()
}

/// Codes of a batch's errors.
pub(super) fn codes(batch: &Value) -> Vec<&str> {
    batch["errors"]
        .as_array()
        .map(|list| list.iter().map(|e| e["code"].as_str().unwrap()).collect())
        .unwrap_or_default()
}
