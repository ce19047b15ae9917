//! SIGKILL in the middle of runs: the next process goes on, and no row is there twice.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aep_emulator::{Emulator, Processing};
use serde_json::json;

use super::export::{daily, export, exported};
use super::*;

/// Set for the child only: the data directory to serve, and how long a batch stays in each of its states.
const DIR: &str = "AEP_EMULATOR_FLOWS_KILLED_TEST_DIR";

/// Not a test of its own: the server that the test below kills.
#[tokio::test]
async fn serve_until_killed() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    // Batches stand still: the runs can't end.
    let step = Duration::from_hours(1000);
    let builder = Emulator::builder()
        .data_dir(Path::new(&dir))
        .processing(Processing::Stepwise { step });
    let mut emulator = builder.start().await.unwrap();
    eprintln!("serving {}", emulator.url());
    emulator.ended().await;
}

/// Starts a server that can be killed, and answers its address.
pub(crate) fn serve(dir: &Path) -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "flow_runs::killed::serve_until_killed",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(DIR, dir)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let url = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("serving ").map(str::to_owned));
    // Whatever it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (child, url.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_in_the_next_process() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    for n in 0..20 {
        put(
            &world,
            &format!("in/{n:02}.json"),
            members(n * 100, n * 100 + 100),
        )
        .await;
    }
    let flow = flow(&world, once(&world), json!({})).await;
    let dataset = world.dataset("Loyalty Members").await;
    world.emulator.stop().await;

    // Five times: begin, and die a bit later each time, in the choosing, the copying, the promotion.
    for round in 0..5_u64 {
        let (mut child, url) = serve(dir.path());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        if round == 0 {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", "local-client"),
                ("client_secret", "local-secret"),
                ("scope", "openid,AdobeID,read_organizations"),
            ];
            let token = http.post(format!("{url}/ims/token/v3")).form(&form);
            let token = crate::support::send(token).await.expect(200);
            let request = http
                .post(format!("{url}{}", at("runs")))
                .bearer_auth(token["access_token"].as_str().unwrap())
                .header("x-api-key", "local-client")
                .header("x-gw-ims-org-id", "LOCAL@AdobeOrg")
                .header("x-sandbox-name", "dev")
                .json(&json!({"flowId": flow}));
            crate::support::send(request).await.expect(201);
        }
        tokio::time::sleep(Duration::from_millis(20 * round * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }

    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let run = done(&world, &flow, 1).await.remove(0);
    assert_eq!(status(&run), "success", "{run}");
    assert_eq!(run["metrics"]["recordSummary"]["outputRecordCount"], 2000);
    assert_eq!(landed(&world, &batch_of(&run)).await.len(), 2000);
    assert_eq!(batches(&world, &dataset).await, 1);
    // The file that comes now is the only new one.
    put(&world, "in/new.json", members(5000, 5001)).await;
    start(&world, &flow).await;
    let runs = done(&world, &flow, 2).await;
    assert_eq!(landed(&world, &batch_of(&runs[1])).await, ["m5000"]);
}

#[tokio::test]
async fn a_schedule_that_passed_while_nothing_ran_is_made_up_for() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    put(&world, "in/a.json", members(0, 2)).await;
    let flow = flow(&world, hourly(&world), json!({})).await;
    // The offset is kept, the engine is not told: it looks when it starts.
    let body = json!({"advanceMs": 3 * HOUR});
    world.post("/__emulator/clock", &body).await.expect(200);
    world.emulator.stop().await;
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let run = done(&world, &flow, 1).await.remove(0);
    assert_eq!(landed(&world, &batch_of(&run)).await, ["m0", "m1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_on_under_the_same_names() {
    let dir = tempfile::tempdir().unwrap();
    let builder = Emulator::builder().data_dir(dir.path());
    let world = World::with(builder).await;
    for n in 0..20 {
        let batch = world.json_batch().await;
        batch.put("a.json", members(n * 100, n * 100 + 100)).await;
        assert_eq!(batch.finish().await["status"], "success");
    }
    let params = json!({"datasetFileType": "PARQUET", "compression": "GZIP"});
    let flow = export(&world, params, daily(&world)).await;
    world.emulator.stop().await;
    for round in 0..5_u64 {
        let (mut child, url) = serve(dir.path());
        if round == 0 {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let clock = http.post(format!("{url}/__emulator/clock"));
            let moved = clock.json(&json!({"advanceMs": 61_000}));
            crate::support::send(moved).await.expect(200);
        }
        tokio::time::sleep(Duration::from_millis(15 * round * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let run = done(&world, &flow, 1).await.remove(0);
    assert_eq!(status(&run), "success", "{run}");
    let files = exported(&world).await;
    assert_eq!(files.len(), 20);
    let mut ids: Vec<String> = files
        .into_iter()
        .flat_map(|(_, bytes)| crate::batch::rows_of(bytes))
        .map(|row| row["_id"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2000);
}
