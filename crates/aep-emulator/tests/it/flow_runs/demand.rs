//! Runs of flows that are scheduled once.

use serde_json::json;

use super::*;
use crate::flow_service::{act, post, refused};

#[tokio::test]
async fn a_run_takes_the_files_and_the_next_one_only_the_new_ones() {
    let world = World::new().await;
    put(&world, "in/a.json", members(0, 3)).await;
    put(&world, "in/deep/b.json", members(3, 5)).await;
    put(&world, "elsewhere/c.json", members(5, 9)).await;
    let flow = flow(&world, once(&world), json!({})).await;
    start(&world, &flow).await;
    let first = done(&world, &flow, 1).await.remove(0);
    let metrics = &first["metrics"];
    assert_eq!(metrics["statusSummary"], json!({"status": "success"}));
    assert_eq!(
        metrics["recordSummary"],
        json!({
            "inputRecordCount": 5, "createdRecordCount": 5, "outputRecordCount": 5, "failedRecordCount": 0,
        })
    );
    let bytes = members(0, 3).len() + members(3, 5).len();
    assert_eq!(metrics["sizeSummary"]["inputBytes"], bytes);
    assert!(metrics["sizeSummary"]["outputBytes"].as_u64().unwrap() > 0);
    let files = &metrics["fileSummary"];
    assert_eq!(
        (&files["inputFileCount"], &files["outputFileCount"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        files["manifest"]["fileInfo"][0]["pathPrefix"],
        "dlz-user-container/in/"
    );
    let times = &metrics["durationSummary"];
    let time = |key: &str| times[key].as_i64().unwrap();
    assert!(time("startedAtUTC") <= time("completedAtUTC"));
    assert!(time("startedAtUTC") > 1_600_000_000_000, "milliseconds");

    let activities = first["activities"].as_array().unwrap();
    assert_eq!(activities.len(), 2);
    for (activity, id, name) in [
        (&activities[0], "copyActivity", "Copy Activity"),
        (&activities[1], "promotionActivity", "Promotion Activity"),
    ] {
        assert_eq!(
            (&activity["id"], &activity["name"]),
            (&json!(id), &json!(name))
        );
        assert_eq!(activity["statusSummary"]["status"], "success");
        assert_eq!(activity["fileSummary"]["inputFileCount"], 2);
    }
    let batch = batch_of(&first);
    assert_eq!(
        activities[1]["targetInfo"][0]["reference"],
        json!({"type": "Batch", "ids": [batch]})
    );
    assert_eq!(landed(&world, &batch).await, ["m0", "m1", "m2", "m3", "m4"]);
    let link = files["manifest"]["fileInfo"][0]["path"].as_str().unwrap();
    let link = link.strip_prefix(&world.emulator.url()).unwrap();
    let listed = world.get(&format!("{link}/fileMetaData1.json")).await;
    assert_eq!(listed.text.lines().count(), 2, "{}", listed.text);
    let catalog = world.catalog_batch(&batch).await;
    assert_eq!(catalog["status"], "success");
    assert_eq!(catalog["tags"]["flowId"], json!([flow]));

    // Nothing new, then a new file and one that was replaced.
    start(&world, &flow).await;
    let second = done(&world, &flow, 2).await.remove(1);
    assert_eq!(second["metrics"]["recordSummary"]["inputRecordCount"], 0);
    assert_eq!(second["metrics"]["fileSummary"]["inputFileCount"], 0);
    put(&world, "in/c.json", members(10, 12)).await;
    put(&world, "in/a.json", members(20, 21)).await;
    start(&world, &flow).await;
    let third = done(&world, &flow, 3).await.remove(2);
    assert_eq!(
        landed(&world, &batch_of(&third)).await,
        ["m10", "m11", "m20"]
    );

    let found = one(&world, "flows", &flow).await;
    let details = &found["lastRunDetails"];
    assert_eq!(
        (&details["id"], &details["state"]),
        (&third["id"], &json!("success"))
    );
    let dataset = world.dataset("Loyalty Members").await;
    assert_eq!(batches(&world, &dataset).await, 2);
}

#[tokio::test]
async fn a_window_narrows_what_a_run_takes() {
    let world = World::new().await;
    let clock = world.emulator.clock();
    let flow = flow(&world, once(&world), json!({})).await;
    done(&world, &flow, 0).await;
    put(&world, "in/early.json", members(0, 1)).await;
    clock.set_ms(clock.now_ms() + HOUR);
    // The schedule's own run takes what is there.
    done(&world, &flow, 1).await;
    put(&world, "in/middle.json", members(1, 2)).await;
    let middle = now(&world);
    clock.set_ms(clock.now_ms() + HOUR);
    put(&world, "in/late.json", members(2, 3)).await;
    let params = json!({"startTime": now(&world), "windowStartTime": middle - 60, "windowEndTime": middle + 60});
    make(&world, "runs", &json!({"flowId": flow, "params": params})).await;
    let runs = done(&world, &flow, 2).await;
    assert_eq!(landed(&world, &batch_of(&runs[0])).await, ["m0"]);
    assert_eq!(landed(&world, &batch_of(&runs[1])).await, ["m1"]);
    assert_eq!(runs[1]["params"], params);
    // What the window left out is still new.
    start(&world, &flow).await;
    let runs = done(&world, &flow, 3).await;
    assert_eq!(landed(&world, &batch_of(&runs[2])).await, ["m2"]);
}

#[tokio::test]
async fn a_retry_takes_the_files_of_its_run_again() {
    let world = World::new().await;
    put(&world, "in/a.json", members(0, 2)).await;
    let flow = flow(&world, once(&world), json!({})).await;
    let first = start(&world, &flow).await;
    done(&world, &flow, 1).await;
    put(&world, "in/b.json", members(2, 3)).await;
    let url = at(&format!("runs/{first}/action?op=RE_TRIGGER"));
    let again = crate::support::send(world.request("POST", &url))
        .await
        .expect(200);
    assert_eq!(again["flowId"], flow.as_str());
    let runs = done(&world, &flow, 2).await;
    assert_eq!(landed(&world, &batch_of(&runs[1])).await, ["m0", "m1"]);
    assert_eq!(runs[1]["predecessors"][0]["flowRunId"], first.as_str());
}

#[tokio::test]
async fn a_disabled_flow_is_not_run() {
    let world = World::new().await;
    put(&world, "in/a.json", members(0, 1)).await;
    let flow = flow(&world, once(&world), json!({})).await;
    act(&world, "flows", &flow, "disable").await.expect(200);
    refused(
        post(&world, "runs", &json!({"flowId": flow})).await,
        "FLOW-1422-400",
    );
    let clock = world.emulator.clock();
    clock.set_ms(clock.now_ms() + 2 * HOUR);
    // Another flow's run proves that the engine has looked.
    let other = super::flow(&world, once(&world), json!({"name": "other"})).await;
    start(&world, &other).await;
    done(&world, &other, 1).await;
    assert!(runs(&world, &flow).await.is_empty());
    act(&world, "flows", &flow, "enable").await.expect(200);
    done(&world, &flow, 1).await;
}
