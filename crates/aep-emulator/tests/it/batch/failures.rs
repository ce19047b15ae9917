//! Batches that fail, each with its published code.

use serde_json::{Value, json};

use super::{codes, member, ndjson};
use crate::support::World;

async fn failed(world: &World, format: Value, files: &[(&str, &[u8])]) -> Value {
    let batch = world
        .batch(json!({"inputFormat": format, "enableErrorDiagnostics": true}))
        .await;
    for (name, bytes) in files {
        batch.put(name, *bytes).await;
    }
    let end = batch.finish().await;
    assert_eq!(end["status"], "failure", "{end}");
    assert!(end["completed"].is_i64());
    assert!(batch.download().await.is_empty());
    end
}

#[tokio::test]
async fn files_that_fail_as_a_whole() {
    let world = World::new().await;
    let (json_lines, array) = (
        json!({"format": "json"}),
        json!({"format": "json", "isMultiLineJson": true}),
    );
    let (csv, parquet) = (json!({"format": "csv"}), json!({"format": "parquet"}));
    let no_magic: &[u8] = b"this is not a Parquet file at all";
    for (format, files, code, text) in [
        (&json_lines, &[][..], "133", "No files"),
        (&json_lines, &[("a.json", &b""[..])][..], "106", "empty"),
        (&array, &[("a.json", &b"  \n"[..])][..], "106", "empty"),
        (&csv, &[("a.csv", &b""[..])][..], "106", "empty"),
        (&parquet, &[("a.parquet", &b""[..])][..], "106", "empty"),
        (&csv, &[("a.csv", &b"\n1,2\n"[..])][..], "118", "header"),
        (&csv, &[("a.csv", &b",,\n1,2,3\n"[..])][..], "118", "header"),
        (
            &csv,
            &[("a.csv", &b"_id,nonsense\n1,2\n"[..])][..],
            "200",
            "nonsense",
        ),
        (
            &csv,
            &[("a.csv", &b"_id,_local.active\n1,true\n"[..])][..],
            "200",
            "TypeCompatibilityException",
        ),
        (
            &csv,
            &[("a.csv", &b"_id,_local.cards\n1,x\n"[..])][..],
            "200",
            "TypeCompatibilityException",
        ),
        (
            &parquet,
            &[("a.parquet", no_magic)][..],
            "200",
            "expected magic number at tail [80, 65, 82, 49] but found [",
        ),
        (&parquet, &[("a.parquet", &b"PAR1"[..])][..], "200", "magic"),
        (
            &parquet,
            &[("a.parquet", &b"PAR1\xff\xff\xff\x7fPAR1"[..])][..],
            "INGEST-1401-400",
            "Parquet",
        ),
        (
            &array,
            &[("a.json", &b"[{\"_id\":\"1\"}"[..])][..],
            "INGEST-1401-400",
            "array",
        ),
    ] {
        let end = failed(&world, format.clone(), files).await;
        assert_eq!(codes(&end)[0], code, "{end}");
        let description = end["errors"][0]["description"].as_str().unwrap();
        assert!(description.contains(text), "{description}");
        if let Some((name, _)) = files.first() {
            assert!(description.starts_with(name), "{description}");
        }
    }
}

#[tokio::test]
async fn rows_that_fail_each_for_its_reason() {
    let world = World::new().await;
    let change = |at: &str, value: Value| {
        let mut row = member(1);
        match at.split_once('.') {
            Some((outer, inner)) => row[outer][inner] = value,
            None => row[at] = value,
        }
        row
    };
    for (row, code) in [
        (change("_id", Value::Null), "INGEST-1555-400"),
        (change("_local.memberId", Value::Null), "INGEST-1555-400"),
        (change("_local.points", json!(1.5)), "DCVS-1104-400"),
        (
            change("_local.points", json!(2_147_483_648_i64)),
            "DCVS-1104-400",
        ),
        (change("_local.level", json!(300)), "DCVS-1104-400"),
        (change("_local.visits", json!("abc")), "DCVS-1104-400"),
        (change("_local.active", json!("true")), "DCVS-1104-400"),
        (change("_local.active", json!(1)), "DCVS-1104-400"),
        (change("_local.memberId", json!(true)), "DCVS-1104-400"),
        (change("_local.memberId", json!({"a": 1})), "DCVS-1104-400"),
        (
            change("_local.favouriteStores", json!("x")),
            "DCVS-1104-400",
        ),
        (change("_local.preferences", json!(["x"])), "DCVS-1104-400"),
        (change("_local.points", json!(-1)), "DCVS-1105-400"),
        (
            change("_local.joinedOn", json!("29.02.2020")),
            "DCVS-1105-400",
        ),
        (
            change("_local.lastActivity", json!("2020-02-29")),
            "DCVS-1105-400",
        ),
        (
            change("_local.lastActivity", json!("2020-02-29 10:00:00Z")),
            "124",
        ),
        (change("_local.tier", json!("iron")), "DCVS-1106-400"),
        (change("nonsense", json!(1)), "200"),
        (change("_local.nonsense", json!(1)), "200"),
    ] {
        let end = failed(
            &world,
            json!({"format": "json"}),
            &[("a.json", &ndjson(&[member(7), row.clone()]))],
        )
        .await;
        assert_eq!(codes(&end), ["INGEST-1212-400", code], "{row}");
        assert_eq!(end["errors"][1]["rows"], json!(["2"]));
    }
    // Batches are not checked for patterns.
    let batch = world.json_batch().await;
    batch
        .put(
            "a.json",
            ndjson(&[change("_local.memberId", json!("not-a-member-id"))]),
        )
        .await;
    assert_eq!(batch.finish().await["status"], "success");
}

#[tokio::test]
async fn a_failed_upload_can_be_fetched_again() {
    let world = World::new().await;
    let batch = world
        .batch(json!({"inputFormat": {"format": "parquet"}}))
        .await;
    batch.put("day=1/a.parquet", "not Parquet, but kept").await;
    let end = batch.finish().await;
    assert_eq!(codes(&end), ["200"]);
    let failed = batch.export("failed").await.expect(200);
    assert_eq!(failed["data"][0]["name"], "day=1/a.parquet");
    let bytes = batch
        .follow(&failed["data"][0]["_links"]["self"]["href"])
        .await;
    assert_eq!(bytes.text, "not Parquet, but kept");
    let dataset = world
        .get(&format!(
            "{}/dataSets/{}",
            crate::support::CATALOG,
            batch.dataset
        ))
        .await
        .expect(200);
    assert_eq!(dataset[&batch.dataset]["lastFailedBatch"], batch.id);
    assert_eq!(dataset[&batch.dataset]["lastBatchStatus"], "failure");
}

#[tokio::test]
async fn one_bad_file_fails_the_batch() {
    let world = World::new().await;
    let end = failed(
        &world,
        json!({"format": "json"}),
        &[
            ("a.json", &ndjson(&[member(1)])),
            ("b.json", b""),
            ("c.json", &ndjson(&[member(2)])),
        ],
    )
    .await;
    assert_eq!(codes(&end), ["106"]);
    assert!(
        end["errors"][0]["description"]
            .as_str()
            .unwrap()
            .starts_with("b.json: ")
    );
}

#[tokio::test]
async fn bounds_and_lengths_of_a_schema_of_ones_own() {
    let world = World::new().await;
    let dataset = world
        .dataset_with(
            "Bounds",
            json!({
                "code": {"type": "string", "minLength": 2, "maxLength": 3},
                "ratio": {"type": "number", "meta:xdmType": "number", "minimum": 0, "maximum": 1},
                "big": {"type": "integer", "meta:xdmType": "long"},
            }),
            json!(["code"]),
        )
        .await;
    for (fields, code) in [
        (
            json!({"code": "ab", "ratio": 1, "big": 9_007_199_254_740_991_i64}),
            None,
        ),
        (
            json!({"code": "äöü", "ratio": 0.0, "big": -9_007_199_254_740_991_i64}),
            None,
        ),
        (json!({"code": "a"}), Some("DCVS-1105-400")),
        (json!({"code": "abcd"}), Some("DCVS-1105-400")),
        (json!({"code": "ab", "ratio": 1.01}), Some("DCVS-1105-400")),
        (json!({"code": "ab", "ratio": -0.01}), Some("DCVS-1105-400")),
        (
            json!({"code": "ab", "big": 9_007_199_254_740_992_i64}),
            Some("DCVS-1105-400"),
        ),
        (
            json!({"code": "ab", "big": 9_223_372_036_854_775_808_u64}),
            Some("DCVS-1104-400"),
        ),
        (json!({"ratio": 1}), Some("INGEST-1555-400")),
    ] {
        let format = json!({"inputFormat": {"format": "json"}, "enableErrorDiagnostics": true});
        let batch = world.batch_of(&dataset, format).await;
        batch
            .put("a.json", ndjson(&[json!({"_id": "1", "_local": fields})]))
            .await;
        let end = batch.finish().await;
        let wanted: Vec<&str> = code
            .map(|code| vec!["INGEST-1212-400", code])
            .unwrap_or_default();
        assert_eq!(codes(&end), wanted, "{fields}");
    }
}

#[tokio::test]
async fn patterns_are_checked_when_asked_for() {
    let world = World::with(aep_emulator::Emulator::builder().check_patterns(true)).await;
    let mut row = member(1);
    row["_local"]["memberId"] = json!("not-a-member-id");
    let end = failed(
        &world,
        json!({"format": "json"}),
        &[("a.json", &ndjson(&[row]))],
    )
    .await;
    assert_eq!(codes(&end), ["INGEST-1212-400", "DCVS-1105-400"]);
}
