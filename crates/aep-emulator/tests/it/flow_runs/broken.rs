//! Runs that fail, and such that succeed in part.

use serde_json::json;

use super::*;
use crate::batch::EXPORT;

fn promotion(run: &Value) -> &Value {
    let all = run["activities"].as_array().unwrap();
    all.iter()
        .find(|activity| activity["id"] == "promotionActivity")
        .unwrap()
}

#[tokio::test]
async fn rows_that_do_not_fit_fail_the_run_with_the_codes_of_the_batch() {
    let world = World::new().await;
    let mut bytes = members(0, 3);
    bytes.extend_from_slice(b"{\"_id\":\"x\",\"_local\":{\"memberId\":\"x\",\"tier\":\"tin\"}}\n");
    put(&world, "in/a.json", bytes).await;
    let options = json!({"options": {"errorDiagnosticsEnabled": true}});
    let flow = flow(&world, once(&world), options).await;
    start(&world, &flow).await;
    let failed = done(&world, &flow, 1).await.remove(0);
    let summary = &failed["metrics"]["statusSummary"];
    assert_eq!(summary["status"], "failed");
    assert_eq!(summary["errors"][0]["code"], "CONNECTOR-2001-500");
    assert_eq!(
        failed["metrics"]["sizeSummary"],
        json!({"inputBytes": -1, "outputBytes": -1})
    );
    let promotion = promotion(&failed);
    assert_eq!(promotion["statusSummary"]["status"], "failed");
    let codes: Vec<&str> = promotion["statusSummary"]["extensions"]["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["INGEST-1212-400", "DCVS-1106-400"]);
    assert_eq!(
        failed["activities"][0]["statusSummary"]["status"],
        "success"
    );
    let batch = promotion["targetInfo"][0]["reference"]["ids"][0]
        .as_str()
        .unwrap();
    assert_eq!(world.catalog_batch(batch).await["status"], "failure");
    let listed = world
        .get(&format!("{EXPORT}/batches/{batch}/failed"))
        .await
        .expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    // The file was taken: the next run does not take it again.
    start(&world, &flow).await;
    let runs = done(&world, &flow, 2).await;
    assert_eq!(runs[1]["metrics"]["fileSummary"]["inputFileCount"], 0);
}

#[tokio::test]
async fn few_bad_rows_are_left_out_when_that_is_allowed() {
    let world = World::new().await;
    let mut bytes = members(0, 19);
    bytes.extend_from_slice(b"{\"_id\":\"x\",\"_local\":{\"memberId\":\"x\",\"tier\":\"tin\"}}\n");
    put(&world, "in/a.json", bytes).await;
    let options =
        json!({"options": {"errorDiagnosticsEnabled": true, "partialIngestionPercent": 5}});
    let flow = flow(&world, once(&world), options).await;
    start(&world, &flow).await;
    let partial = done(&world, &flow, 1).await.remove(0);
    assert_eq!(partial["metrics"]["statusSummary"]["status"], "success");
    let records = &partial["metrics"]["recordSummary"];
    assert_eq!(records["inputRecordCount"], 20);
    assert_eq!(records["outputRecordCount"], 19);
    assert_eq!(records["failedRecordCount"], 1);
    assert_eq!(records["failedInfo"][0]["code"], "INGEST-1212-400");
    assert_eq!(
        promotion(&partial)["statusSummary"]["extensions"]["errors"][1]["code"],
        "DCVS-1106-400"
    );
    assert_eq!(landed(&world, &batch_of(&partial)).await.len(), 19);
}

#[tokio::test]
async fn an_empty_file_and_a_wrong_format_are_named() {
    for (bytes, format, code) in [
        (Vec::new(), "json", "106"),
        (members(0, 1), "parquet", "200"),
        (b"[{\"_id\":".to_vec(), "json", "INGEST-1401-400"),
    ] {
        let world = World::new().await;
        put(&world, "in/a", bytes).await;
        let source = source(&world, json!({"format": format}), folder()).await;
        let flow = flow_from(&world, &source, once(&world), json!({})).await;
        start(&world, &flow).await;
        let failed = done(&world, &flow, 1).await.remove(0);
        let errors = &promotion(&failed)["statusSummary"]["extensions"]["errors"];
        assert_eq!(errors[0]["code"], code, "{failed}");
    }
}

#[tokio::test]
async fn what_can_not_be_copied_fails_the_copying() {
    let world = World::new().await;
    // No such file; not packed as it is said to be.
    let params = json!({"path": "dlz-user-container/in/none.json", "type": "file"});
    let missing = source(&world, json!({"format": "json"}), params).await;
    put(&world, "in/a.json", members(0, 1)).await;
    let data = json!({"format": "json", "properties": {"compressionType": "gzip"}});
    let unpacked = source(&world, data, folder()).await;
    for source in [missing, unpacked] {
        let flow = flow_from(&world, &source, once(&world), json!({})).await;
        start(&world, &flow).await;
        let failed = done(&world, &flow, 1).await.remove(0);
        let summary = &failed["metrics"]["statusSummary"];
        assert_eq!(summary["status"], "failed");
        assert_eq!(
            summary["errors"][0]["code"], "CONNECTOR-1001-500",
            "{failed}"
        );
        let activities = failed["activities"].as_array().unwrap();
        assert_eq!(activities.len(), 1);
        assert_eq!(activities[0]["statusSummary"]["status"], "failed");
        assert!(activities[0]["statusSummary"]["extensions"]["errors"][0]["message"].is_string());
    }
    let dataset = world.dataset("Loyalty Members").await;
    let left = world
        .get(&format!("{CATALOG}/batches?dataSet={dataset}"))
        .await
        .expect(200);
    for (_, batch) in left.as_object().unwrap() {
        assert_eq!(batch["status"], "aborted");
    }
}
