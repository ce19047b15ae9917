//! Partial ingestion and error diagnostics.

use serde_json::{Value, json};

use super::{codes, member, plain_all};
use crate::support::World;

/// 20 lines, of which one is corrupt, one has a wrong type, one an unknown value, and one lacks a required field.
fn mixed() -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut good = Vec::new();
    for n in 1..=20 {
        let mut row = member(n);
        match n {
            3 => text.push_str("{missingQuotes: 'v1'}\n"),
            7 => row["_local"]["points"] = json!("many"),
            8 => row["_local"]["cards"] = json!([1]),
            11 => row["_local"]["tier"] = json!("iron"),
            15 => row["_local"]["memberId"] = Value::Null,
            _ => good.push(row.clone()),
        }
        if n != 3 {
            text.push_str(&row.to_string());
            text.push('\n');
        }
    }
    (text, good)
}

#[tokio::test]
async fn good_rows_land_and_bad_ones_are_described() {
    let world = World::new().await;
    let batch = world
        .batch(json!({"inputFormat": {"format": "json"}, "partialIngestionPercent": 25}))
        .await;
    let (text, good) = mixed();
    batch.put("a1.json", text).await;
    let end = batch.finish().await;
    assert_eq!(end["status"], "success", "{end}");
    assert_eq!(plain_all(&batch.stored().await), plain_all(&good));
    let metrics = &end["metrics"];
    assert_eq!(
        (
            &metrics["inputRecordCount"],
            &metrics["outputRecordCount"],
            &metrics["failedRecordCount"]
        ),
        (&json!(20), &json!(15), &json!(5))
    );
    let errors: Vec<Value> = end["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| json!([e["code"], e["rows"], e["recordCount"]]))
        .collect();
    assert_eq!(
        Value::Array(errors),
        json!([
            ["INGEST-1212-400", null, 5],
            ["INGEST-1401-400", ["3"], 1],
            ["INGEST-1555-400", ["15"], 1],
            ["DCVS-1104-400", ["7-8"], 2],
            ["DCVS-1106-400", ["11"], 1],
        ])
    );

    let names = |list: Value| -> Vec<String> {
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let meta = batch.export("meta").await.expect(200);
    assert_eq!(
        names(meta.clone()),
        ["input_files", "row_errors", "row_errors_sample.json"]
    );
    let folder = batch
        .follow(&meta["data"][1]["_links"]["self"]["href"])
        .await
        .expect(200);
    assert_eq!(
        names(folder.clone()),
        ["parsing_errors_0.json", "conversion_errors_0.json"]
    );
    let href = folder["data"][0]["_links"]["self"]["href"]
        .as_str()
        .unwrap();
    assert!(
        href.ends_with("meta?path=row_errors%2Fparsing_errors_0.json"),
        "{href}"
    );
    assert_eq!(batch.follow(&json!(href)).await.text.lines().count(), 1);

    let parsing = batch
        .lines("meta?path=row_errors/parsing_errors_0.json")
        .await;
    assert_eq!(parsing[0]["_corrupt_record"], "{missingQuotes: 'v1'}");
    assert_eq!(parsing[0]["_errors"][0]["code"], "1401");
    assert_eq!(parsing[0]["_filename"], "a1.json");
    let conversion = batch
        .lines("meta?path=row_errors%2Fconversion_errors_0.json")
        .await;
    assert_eq!(conversion.len(), 2);
    assert_eq!(conversion[0]["_id"], "m7");
    assert_eq!(conversion[0]["_local"]["points"], "many");
    assert_eq!(conversion[0]["_filename"], "a1.json");
    assert_eq!(conversion[0]["_errors"][0]["column"], "_local.points");
    assert_eq!(conversion[0]["_errors"][0]["code"], "100");
    assert_eq!(
        conversion[1]["_errors"],
        json!([{"column": "_local.cards[0]", "code": "123", "message": "Cannot convert array element from Long to Object"}])
    );
    assert_eq!(
        batch
            .lines("meta?path=input_files/fileMetaData1.json")
            .await,
        [json!({"path": "a1.json"})]
    );
    assert_eq!(
        batch.lines("meta?path=row_errors_sample.json").await.len(),
        5
    );

    let failed = batch.export("failed").await.expect(200);
    let part = batch
        .follow(&failed["data"][0]["_links"]["self"]["href"])
        .await
        .text;
    let rows: Vec<Value> = part
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        rows[0]["_validationErrors"],
        json!([{
            "causingExceptions": [], "keyword": "enum", "message": "iron is not a valid enum value",
            "pointerToViolation": "#/_local/tier", "schemaLocation": "#/properties/_local/properties/tier",
        }])
    );
    assert_eq!(rows[1]["_validationErrors"][0]["keyword"], "required");
    assert_eq!(
        rows[1]["_validationErrors"][0]["pointerToViolation"],
        "#/_local"
    );
    for missing in [
        "meta?path=row_errors/nothing.json",
        "meta?path=nothing",
        "failed?path=nothing",
    ] {
        assert_eq!(batch.export(missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn above_the_allowed_share_nothing_lands() {
    let world = World::new().await;
    let batch = world
        .batch(json!({"inputFormat": {"format": "json"}, "partialIngestionPercent": 24.9}))
        .await;
    batch.put("a1.json", mixed().0).await;
    let end = batch.finish().await;
    assert_eq!(end["status"], "failure");
    assert_eq!(codes(&end)[0], "INGEST-1212-400");
    assert!(
        end["metrics"].is_null(),
        "metrics are missing on batches that never succeeded"
    );
    assert!(batch.download().await.is_empty());
    assert_eq!(
        batch
            .lines("meta?path=row_errors/conversion_errors_0.json")
            .await
            .len(),
        2
    );
}

#[tokio::test]
async fn without_diagnostics_only_the_fact_is_told() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a1.json", mixed().0).await;
    let end = batch.finish().await;
    assert_eq!(
        (&end["status"], codes(&end)),
        (&json!("failure"), vec!["INGEST-1211-400"])
    );
    assert!(end["errors"][0]["recordCount"].is_null());
    assert_eq!(batch.export("meta").await.expect(200)["data"], json!([]));
    assert_eq!(batch.export("failed").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_dataset_may_ask_for_diagnostics_and_a_share_by_its_older_tag() {
    let world = World::new().await;
    let dataset = world.dataset(super::MEMBERS).await;
    let path = format!("{}/dataSets/{dataset}", crate::support::CATALOG);
    let patch = json!([{"op": "add", "path": "/tags/partialBatchIngestion", "value": ["errorThresholdPercentage:50"]}]);
    let request = world
        .request("PATCH", &path)
        .header("content-type", "application/json-patch+json");
    crate::support::send(request.body(patch.to_string()))
        .await
        .expect(200);
    let batch = world.json_batch().await;
    batch.put("a1.json", mixed().0).await;
    let end = batch.finish().await;
    assert_eq!(
        (&end["status"], codes(&end)[0]),
        (&json!("success"), "INGEST-1212-400")
    );
}
