//! A process that is killed in the middle of a batch: the next one finishes it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aep_emulator::{Emulator, Processing};
use serde_json::Value;

use super::{Batch, IMPORT, member, ndjson};
use crate::support::{World, send};

/// Set for the child only: the data directory to serve.
const DIR: &str = "AEP_EMULATOR_KILLED_TEST_DIR";

/// Not a test of its own: the server that the tests below kill. Its clock stands still for batches, so that the parent
/// decides how far they come.
#[tokio::test]
async fn serve_until_killed() {
    #[allow(
        clippy::disallowed_methods,
        reason = "how the parent test talks to its child"
    )]
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let step = Duration::from_hours(1);
    let builder = Emulator::builder()
        .data_dir(Path::new(&dir))
        .processing(Processing::Stepwise { step });
    let mut emulator = builder.start().await.unwrap();
    eprintln!("serving {}", emulator.url());
    emulator.ended().await;
}

pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    pub(crate) fn start(dir: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "batch::killed::serve_until_killed",
                "--exact",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(DIR, dir)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("serving ").map(str::to_owned));
        Self {
            child,
            url: url.unwrap(),
        }
    }

    /// SIGKILL: nothing is flushed, closed or said.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn request(&self, method: &str, path: &str, body: Vec<u8>, media: &str) -> (u16, Value) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "local-client"),
            ("client_secret", "local-secret"),
            ("scope", "openid,AdobeID,read_organizations"),
        ];
        let token = send(http.post(format!("{}/ims/token/v3", self.url)).form(&form))
            .await
            .expect(200);
        let request = http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .bearer_auth(token["access_token"].as_str().unwrap())
            .header("x-api-key", "local-client")
            .header("x-gw-ims-org-id", "LOCAL@AdobeOrg")
            .header("x-sandbox-name", "dev")
            .header("content-type", media)
            .body(body);
        let answer = send(request).await;
        (
            answer.status,
            serde_json::from_str(&answer.text).unwrap_or_default(),
        )
    }

    pub(crate) async fn json(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.request(
            method,
            path,
            body.to_string().into_bytes(),
            "application/json",
        )
        .await
    }

    /// Moves the emulator's clock, in the child.
    async fn later(&self) {
        let (status, answer) = self
            .json(
                "POST",
                "/__emulator/clock",
                serde_json::json!({"advanceMs": 3_601_000}),
            )
            .await;
        assert!((200..300).contains(&status), "{status} {answer}");
    }

    async fn until(&self, batch: &str, wanted: &str) {
        for _ in 0..3000 {
            let (_, found) = self
                .json(
                    "GET",
                    &format!("/data/foundation/catalog/batches/{batch}"),
                    Value::Null,
                )
                .await;
            if found[batch]["status"] == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("batch {batch} never was {wanted}");
    }
}

/// Names of all files below the data directory's blobs.
fn blobs(dir: &Path) -> usize {
    let folders = std::fs::read_dir(dir.join("files")).unwrap();
    folders
        .map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count())
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_finished_by_the_next_process_whatever_state_it_was_killed_in() {
    let rows: Vec<Value> = (0..3000).map(member).collect();
    for killed_in in ["loaded", "staging", "staged", "success"] {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(dir.path());
        let (_, datasets) = server
            .json(
                "GET",
                "/data/foundation/catalog/dataSets?name=Loyalty%20Members",
                Value::Null,
            )
            .await;
        let dataset = datasets.as_object().unwrap().keys().next().unwrap().clone();
        let body = serde_json::json!({"datasetId": dataset, "inputFormat": {"format": "json"}});
        let (_, made) = server
            .json("POST", &format!("{IMPORT}/batches"), body)
            .await;
        let id = made["id"].as_str().unwrap().to_owned();
        for name in ["a", "b"] {
            let path = format!("{IMPORT}/batches/{id}/datasets/{dataset}/files/{name}.json");
            let (status, _) = server
                .request("PUT", &path, ndjson(&rows), "application/octet-stream")
                .await;
            assert_eq!(status, 200);
        }
        let (status, _) = server
            .json(
                "POST",
                &format!("{IMPORT}/batches/{id}?action=COMPLETE"),
                Value::Null,
            )
            .await;
        assert_eq!(status, 200);
        for state in ["loaded", "staging", "staged", "success"] {
            server.until(&id, state).await;
            if state == killed_in {
                break;
            }
            server.later().await;
        }
        if killed_in == "staging" {
            // The work itself begins: death comes somewhere in the middle of it.
            server.later().await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        server.kill();

        let world = World::with(Emulator::builder().data_dir(dir.path())).await;
        let end = world.until(&id, &["success", "failure"]).await;
        assert_eq!(end["status"], "success", "killed in {killed_in}: {end}");
        assert_eq!(end["metrics"]["outputRecordCount"], 6000);
        let batch = Batch {
            world: &world,
            id: id.clone(),
            dataset,
        };
        assert_eq!(batch.stored().await.len(), 6000, "killed in {killed_in}");
        assert_eq!(batch.act("COMPLETE").await.status, 200);
        world.emulator.stop().await;
        assert_eq!(
            blobs(dir.path()),
            2,
            "killed in {killed_in}: the uploads are gone, nothing else is left"
        );
    }
}
