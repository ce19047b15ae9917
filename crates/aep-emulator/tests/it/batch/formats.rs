//! Each format in, preview and download out, compared value by value.

use serde_json::{Value, json};

use super::{Batch, EXPORT, MEMBERS, member, ndjson, plain, plain_all};
use crate::support::{CATALOG, World};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/../../samples/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

fn sample_rows(name: &str) -> Vec<Value> {
    String::from_utf8(sample(name))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

async fn land<'w>(
    world: &'w World,
    dataset: &str,
    format: Value,
    file: &str,
) -> (Batch<'w>, Value) {
    let dataset = world.dataset(dataset).await;
    let batch = world
        .batch_of(&dataset, json!({"inputFormat": format}))
        .await;
    batch.put(file, sample(file)).await;
    let end = batch.finish().await;
    assert_eq!(end["status"], "success", "{end}");
    (batch, end)
}

#[tokio::test]
async fn json_lines_land_whole() {
    let world = World::new().await;
    for (dataset, stem) in [
        (MEMBERS, "loyalty-members"),
        ("Loyalty Purchases", "purchases/loyalty-purchases"),
    ] {
        let file = format!("{stem}.ndjson");
        let rows = sample_rows(&file);
        let (batch, end) = land(&world, dataset, json!({"format": "json"}), &file).await;
        assert_eq!(plain_all(&batch.stored().await), plain_all(&rows));

        let metrics = &end["metrics"];
        assert_eq!(metrics["inputRecordCount"], rows.len());
        assert_eq!(metrics["outputRecordCount"], rows.len());
        assert_eq!(metrics["failedRecordCount"], 0);
        assert_eq!(metrics["inputFileCount"], 1);
        assert_eq!(metrics["inputByteSize"], sample(&file).len());
        assert_eq!(metrics["partitionCount"].is_null(), dataset == MEMBERS);
        assert_eq!(end["version"], "1.0.4");
        assert!(end["errors"].is_null());
        let time = |key: &str| end[key].as_i64().unwrap_or_else(|| panic!("{key}: {end}"));
        assert!(time("created") <= time("started") && time("started") <= time("completed"));

        let preview = world
            .get(&format!("{EXPORT}/datasets/{}/preview", batch.dataset))
            .await
            .expect(200);
        assert_eq!(
            plain_all(preview["data"].as_array().unwrap()),
            plain_all(&rows[..100])
        );
        let catalog = world
            .get(&format!("{CATALOG}/dataSets/{}", batch.dataset))
            .await
            .expect(200);
        let doc = &catalog[&batch.dataset];
        assert_eq!(doc["lastBatchId"], batch.id);
        assert_eq!(doc["lastBatchStatus"], "success");
        assert_eq!(doc["lastSuccessfulBatch"], batch.id);
    }
}

#[tokio::test]
async fn an_array_lands_like_its_lines() {
    let world = World::new().await;
    let (batch, _) = land(
        &world,
        MEMBERS,
        json!({"format": "json", "isMultiLineJson": true}),
        "loyalty-members.json",
    )
    .await;
    assert_eq!(
        plain_all(&batch.stored().await),
        plain_all(&sample_rows("loyalty-members.ndjson"))
    );
    assert_eq!(batch.download().await[0].0, "loyalty-members.parquet");
}

#[tokio::test]
async fn parquet_lands_under_its_own_name() {
    let world = World::new().await;
    for (dataset, stem) in [
        (MEMBERS, "loyalty-members"),
        ("Loyalty Purchases", "purchases/loyalty-purchases"),
    ] {
        let (batch, _) = land(
            &world,
            dataset,
            json!({"format": "parquet"}),
            &format!("{stem}.parquet"),
        )
        .await;
        assert_eq!(
            plain_all(&batch.stored().await),
            plain_all(&sample_rows(&format!("{stem}.ndjson")))
        );
        assert_eq!(batch.download().await[0].0, format!("{stem}.parquet"));
    }
}

#[tokio::test]
async fn csv_columns_find_their_fields() {
    let world = World::new().await;
    for (dataset, stem) in [
        (MEMBERS, "loyalty-members"),
        ("Loyalty Purchases", "purchases/loyalty-purchases"),
    ] {
        let (batch, _) = land(
            &world,
            dataset,
            json!({"format": "csv"}),
            &format!("{stem}.csv"),
        )
        .await;
        let header = String::from_utf8(sample(&format!("{stem}.csv"))).unwrap();
        let paths: Vec<&str> = header.lines().next().unwrap().split(',').collect();
        let expected = sample_rows(&format!("{stem}.ndjson"));
        let stored = batch.stored().await;
        assert_eq!(stored.len(), expected.len());
        for (stored, expected) in stored.iter().zip(&expected) {
            for path in &paths {
                let pointer = format!("/{}", path.replace('.', "/"));
                let (got, wanted) = (stored.pointer(&pointer), expected.pointer(&pointer));
                let wanted = wanted.filter(|value| !value.is_null() && *value != "");
                assert_eq!(got.map(plain), wanted.map(plain), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_stored_file_has_the_published_physical_types() {
    use parquet::basic::Type as Physical;

    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", ndjson(&[member(1)])).await;
    batch.finish().await;
    let (_, bytes) = batch.download().await.remove(0);
    let reader =
        parquet::file::serialized_reader::SerializedFileReader::new(bytes::Bytes::from(bytes))
            .unwrap();
    let schema = parquet::file::reader::FileReader::metadata(&reader)
        .file_metadata()
        .schema_descr_ptr();
    let column = |path: &str| {
        let found = schema
            .columns()
            .iter()
            .find(|column| column.path().string() == path);
        let column = found.unwrap_or_else(|| panic!("{path}: {schema:#?}"));
        (column.physical_type(), column.converted_type().to_string())
    };
    for (path, physical, converted) in [
        ("_id", Physical::BYTE_ARRAY, "UTF8"),
        ("_local.lifetimeValue", Physical::DOUBLE, "NONE"),
        ("_local.points", Physical::INT32, "NONE"),
        ("_local.visits", Physical::INT32, "INT_16"),
        ("_local.level", Physical::INT32, "INT_8"),
        ("_local.active", Physical::BOOLEAN, "NONE"),
        ("_local.joinedOn", Physical::INT32, "DATE"),
        ("_local.lastActivity", Physical::INT64, "TIMESTAMP_MILLIS"),
        (
            "_local.favouriteStores.list.element",
            Physical::BYTE_ARRAY,
            "UTF8",
        ),
        ("_local.cards.list.element.points", Physical::INT64, "NONE"),
        (
            "_local.preferences.key_value.key",
            Physical::BYTE_ARRAY,
            "UTF8",
        ),
        (
            "_local.preferences.key_value.value",
            Physical::BYTE_ARRAY,
            "UTF8",
        ),
    ] {
        assert_eq!(column(path), (physical, converted.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn partitions_many_files_and_equal_stems() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    for (n, path) in ["day=2/a.json", "day=1/a.json", "day=1/a.ndjson", "b"]
        .into_iter()
        .enumerate()
    {
        batch
            .put(path, ndjson(&[member(u32::try_from(n).unwrap())]))
            .await;
    }
    // The second upload to a path wins.
    batch.put("b", ndjson(&[member(90), member(91)])).await;
    let end = batch.finish().await;
    assert_eq!(end["metrics"]["inputFileCount"], 4);
    assert_eq!(end["metrics"]["outputRecordCount"], 5);
    let names: Vec<String> = batch
        .download()
        .await
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "b.parquet",
            "day=1/a.parquet",
            "day=1/a.ndjson.parquet",
            "day=2/a.parquet"
        ]
    );
    let ids: Vec<Value> = batch.export("files").await.expect(200)["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["dataSetFileId"].clone())
        .collect();
    let wanted: Vec<Value> = (1..=4)
        .map(|n| json!(format!("{}-{n}", batch.id)))
        .collect();
    assert_eq!(ids, wanted);
}

#[tokio::test]
async fn values_are_converted_by_the_published_table() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let row = json!({
        "_id": 17,
        "person": {"birthDate": 86_400_000},
        "_local": {
            "memberId": "M00000001", "points": "250", "lifetimeValue": "12.5", "visits": 7.0, "level": "-3",
            "lastActivity": 1_531_263_959_000_i64, "joinedOn": "2020-02-29", "preferences": {"a": 1, "b": 2.5},
            "cards": [{"points": "9"}, null, {}], "favouriteStores": [],
        },
    });
    batch.put("a.json", ndjson(&[row])).await;
    let end = batch.finish().await;
    assert_eq!(end["status"], "success", "{end}");
    let stored = plain(&batch.stored().await[0]);
    let wanted = json!({
        "_id": "17",
        "person": {"birthDate": "1970-01-02"},
        "_local": {
            "memberId": "M00000001", "points": 250, "lifetimeValue": 12.5, "visits": 7, "level": -3,
            "lastActivity": "2018-07-10T23:05:59Z", "joinedOn": "2020-02-29", "preferences": {"a": "1", "b": "2.5"},
            "cards": [{"points": 9}, null, {}], "favouriteStores": [],
        },
    });
    assert_eq!(stored, plain(&wanted));
}

#[tokio::test]
async fn an_empty_array_is_a_batch_without_files() {
    let world = World::new().await;
    let batch = world
        .batch(json!({"inputFormat": {"format": "json", "isMultiLineJson": true}}))
        .await;
    batch.put("a.json", "[]").await;
    let end = batch.finish().await;
    assert_eq!(
        (&end["status"], &end["metrics"]["outputFileCount"]),
        (&json!("success"), &json!(0))
    );
    assert!(batch.download().await.is_empty());
}

#[tokio::test]
async fn the_dataset_shows_the_fields_that_its_data_has() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", ndjson(&[member(1)])).await;
    batch.finish().await;
    let path = format!("{CATALOG}/dataSets/{}", batch.dataset);
    let shown = world.get(&path).await.expect(200)[&batch.dataset]["observableSchema"].clone();
    assert_eq!(shown["type"], "object");
    let fields = shown["properties"].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["_id", "_local"]);
    assert_eq!(
        fields["_local"]["properties"]["points"]["meta:xdmType"],
        "int"
    );
    assert!(fields["_local"]["properties"]["active"].is_null());
}
