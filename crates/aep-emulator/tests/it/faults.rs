//! Faults as a client meets them on the wire.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use aep_emulator::{Emulator, Fault, FaultRule, When};
use serde_json::json;

use crate::support::{CATALOG, World, send};

const LIST: &str = "/data/foundation/catalog/dataSets";

/// Sends a request by hand and reads to the end of the connection: what came, and how it ended.
async fn raw(world: &World, method: &str, path: &str, body: &str) -> (String, std::io::Result<()>) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nx-api-key: local-client\r\n\
         x-gw-ims-org-id: LOCAL@AdobeOrg\r\nx-sandbox-name: dev\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        world.token,
        body.len()
    );
    let addr = world.emulator.addr();
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(addr).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer).map(|_| ());
        (String::from_utf8_lossy(&answer).into_owned(), ended)
    })
    .await
    .unwrap()
}

async fn names(world: &World) -> usize {
    let found = world
        .get(&format!("{CATALOG}/dataSets?name=faulty"))
        .await
        .expect(200);
    found.as_object().unwrap().len()
}

async fn body(world: &World) -> String {
    let id = world.dataset("Loyalty Members").await;
    let found = world
        .get(&format!("{CATALOG}/dataSets/{id}"))
        .await
        .expect(200);
    json!({"name": "faulty", "schemaRef": found[&id]["schemaRef"]}).to_string()
}

#[tokio::test]
async fn throttling_comes_with_and_without_retry_after() {
    let world = World::new().await;
    let faults = world.emulator.faults();
    faults
        .add(FaultRule::new("listDatasets", Fault::throttled(Duration::from_secs(3))).first(1))
        .unwrap();
    faults
        .add(FaultRule::new("listDatasets", Fault::Throttle { retry_after: None }).nth(2))
        .unwrap();
    let first = world.get(LIST).await;
    assert_eq!(first.header("retry-after"), Some("3"));
    assert_eq!(
        first.expect(429),
        json!({"error_code": "429050", "message": "Too many requests"})
    );
    let second = world.get(LIST).await;
    assert_eq!((second.status, second.header("retry-after")), (429, None));
    world.get(LIST).await.expect(200);
    assert_eq!(world.emulator.requests().count("listDatasets"), 3);
}

#[tokio::test]
async fn an_early_answer_to_a_large_body_arrives() {
    let world = World::new().await;
    world
        .emulator
        .faults()
        .add(FaultRule::new(
            "uploadSmallFile",
            Fault::throttled(Duration::from_secs(1)),
        ))
        .unwrap();
    let path = "/data/foundation/import/batches/B/datasets/D/files/big.json";
    for _ in 0..3 {
        let upload = world
            .request("PUT", path)
            .header("content-type", "application/octet-stream");
        let answer = send(upload.body(vec![b'x'; 40_000_000])).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, Some("1"))
        );
    }
    assert_eq!(world.emulator.requests().count("uploadSmallFile"), 3);
}

#[tokio::test]
async fn statuses_come_in_the_services_own_shape() {
    let world = World::new().await;
    let faults = world.emulator.faults();
    faults.add(FaultRule::new("*", Fault::status(503))).unwrap();
    assert_eq!(
        world.get(LIST).await.expect(503)["type"],
        "/placeholder/type/uri"
    );
    let registry = world
        .get("/data/foundation/schemaregistry/stats")
        .await
        .expect(503);
    assert!(registry["report"]["registryRequestId"].is_string());
    let ims = send(world.bare("POST", "/ims/token/v3")).await.expect(503);
    assert!(ims["error"].is_string());
    faults.clear();
    world.get(LIST).await.expect(200);
}

#[tokio::test]
async fn a_reset_before_the_effect_leaves_nothing() {
    let world = World::new().await;
    let body = body(&world).await;
    world
        .emulator
        .faults()
        .add(FaultRule::new("createDataset", Fault::ResetBefore).first(1))
        .unwrap();
    let (answer, ended) = raw(&world, "POST", LIST, &body).await;
    assert_eq!(answer, "");
    assert_eq!(
        ended.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );
    assert_eq!(names(&world).await, 0);
}

#[tokio::test]
async fn a_reset_after_the_effect_leaves_it() {
    let world = World::new().await;
    let body = body(&world).await;
    world
        .emulator
        .faults()
        .add(FaultRule::new("createDataset", Fault::ResetAfter).first(1))
        .unwrap();
    let (answer, ended) = raw(&world, "POST", LIST, &body).await;
    assert_eq!(answer, "");
    assert_eq!(
        ended.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );
    assert_eq!(names(&world).await, 1);
    let log = world.emulator.requests().all();
    assert!(
        log.iter()
            .any(|seen| seen.operation == Some("createDataset") && seen.status.is_none())
    );
}

#[tokio::test]
async fn half_a_response_is_shorter_than_it_said() {
    let world = World::new().await;
    world
        .emulator
        .faults()
        .add(FaultRule::new("listDatasets", Fault::HalfResponse).first(1))
        .unwrap();
    let (answer, _) = raw(&world, "GET", LIST, "").await;
    let (head, got) = answer.split_once("\r\n\r\n").unwrap();
    let said = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse::<usize>()
            .ok()
    });
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(got.len(), said.unwrap() / 2);
    world
        .emulator
        .faults()
        .add(FaultRule::new("listDatasets", Fault::HalfResponse).first(1))
        .unwrap();
    let cut = world
        .request("GET", LIST)
        .send()
        .await
        .unwrap()
        .bytes()
        .await;
    assert!(cut.is_err());
}

#[tokio::test]
async fn silence_is_kept_until_the_client_gives_up() {
    let world = World::new().await;
    world
        .emulator
        .faults()
        .add(FaultRule::new("listDatasets", Fault::Silence).first(1))
        .unwrap();
    let waiting = world
        .request("GET", LIST)
        .timeout(Duration::from_millis(300))
        .send()
        .await;
    assert!(waiting.unwrap_err().is_timeout());
    world.get(LIST).await.expect(200);
}

#[tokio::test]
async fn a_delay_is_real_time() {
    let world = World::new().await;
    world
        .emulator
        .faults()
        .add(FaultRule::new("listDatasets", Fault::delay(Duration::from_millis(200))).first(1))
        .unwrap();
    let started = Instant::now();
    world.get(LIST).await.expect(200);
    assert!(started.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn an_expired_token_stays_expired() {
    let mut world = World::new().await;
    world
        .emulator
        .faults()
        .add(FaultRule::new("listDatasets", Fault::ExpiredToken).first(1))
        .unwrap();
    assert_eq!(world.get(LIST).await.expect(401)["error_code"], "401013");
    world.get(LIST).await.expect(401);
    world.token = world.new_token().await;
    world.get(LIST).await.expect(200);
}

#[tokio::test]
async fn probability_hits_the_same_calls_in_every_run() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let rule = FaultRule::new("listDatasets", Fault::status(500))
            .when(When::Probability { p: 0.5, seed: 11 });
        let world = World::with(Emulator::builder().fault(rule)).await;
        let mut statuses = Vec::new();
        for _ in 0..12 {
            statuses.push(world.get(LIST).await.status);
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&200) && runs[0].contains(&500));
}

/// The answer to a list of datasets under this fault.
async fn listed(world: &World, fault: Fault) -> reqwest::Result<bytes::Bytes> {
    let rule = FaultRule::new("listDatasets", fault).first(1);
    world.emulator.faults().add(rule).unwrap();
    let request = world
        .request("GET", LIST)
        .timeout(Duration::from_millis(1500));
    let answer = request.send().await?;
    assert_eq!(answer.status(), 200);
    answer.bytes().await
}

#[tokio::test]
async fn answers_are_spoilt_in_several_ways() {
    let world = World::new().await;
    let whole = world.request("GET", LIST).send().await.unwrap();
    let whole = whole.bytes().await.unwrap();
    let json = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).is_ok();
    assert!(json(&whole));

    let short = listed(&world, Fault::Truncated).await.unwrap();
    assert_eq!(short, whole[..whole.len() / 2]);
    assert!(!json(&short));

    let wrong = listed(&world, Fault::Corrupted).await.unwrap();
    assert_eq!(wrong.len(), whole.len());
    assert!(!json(&wrong));

    let slow = listed(&world, Fault::drip(Duration::from_millis(1)));
    assert_eq!(slow.await.unwrap(), whole);

    let stuck = listed(&world, Fault::Stuck).await.unwrap_err();
    assert!(stuck.is_timeout(), "{stuck:?}");
}

#[tokio::test]
async fn silence_may_come_after_the_effect() {
    let world = World::new().await;
    let body = body(&world).await;
    let faults = world.emulator.faults();
    faults
        .add(FaultRule::new("createDataset", Fault::SilenceAfter).first(1))
        .unwrap();
    let waiting = world
        .request("POST", LIST)
        .header("content-type", "application/json")
        .body(body)
        .timeout(Duration::from_millis(1500))
        .send()
        .await;
    assert!(waiting.unwrap_err().is_timeout());
    assert_eq!(names(&world).await, 1);
}
