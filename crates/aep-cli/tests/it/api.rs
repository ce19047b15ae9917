//! `aep api`: any call, its pages and its headers.

use serde_json::json;

use crate::support::{Home, MEMBERS};

const CATALOG: &str = "/data/foundation/catalog";

#[test]
fn a_call_prints_the_answer_as_it_is() {
    let home = Home::new();
    let answer = home
        .local([
            "api",
            "GET",
            &format!("{CATALOG}/dataSets"),
            "-f",
            "limit=1",
        ])
        .ok()
        .json();
    assert_eq!(answer.as_object().unwrap().len(), 1);
    let names = home
        .local([
            "api",
            "get",
            &format!("{CATALOG}/dataSets"),
            "--jq",
            "[.[].name] | sort",
        ])
        .ok();
    assert_eq!(
        names.json(),
        json!(["Loyalty Members", "Loyalty Purchases"])
    );
    let titles = home
        .local([
            "api",
            "GET",
            "/data/foundation/schemaregistry/tenant/schemas",
            "--jq",
            ".results | length",
        ])
        .ok();
    assert_ne!(titles.stdout, "0\n");
}

#[test]
fn pages_are_followed_to_the_end() {
    let home = Home::new();
    for _ in 0..5 {
        home.local([
            "batch",
            "create",
            "--dataset",
            MEMBERS,
            "--input-format",
            "json",
        ])
        .ok();
    }
    let batches = format!("{CATALOG}/batches");
    let ids = home
        .local([
            "api",
            "GET",
            &batches,
            "-f",
            "limit=2",
            "--paginate",
            "-o",
            "id",
        ])
        .ok();
    assert_eq!(ids.stdout.lines().count(), 5);
    let all = home
        .local([
            "api",
            "GET",
            &batches,
            "-f",
            "limit=2",
            "--paginate",
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(all.as_array().unwrap().len(), 5);
}

#[test]
fn fields_make_a_body_and_files_are_sent() {
    let home = Home::new();
    let dataset = home.local(["dataset", "get", MEMBERS, "-o", "id"]).ok();
    let dataset = format!("datasetId={}", dataset.stdout.trim());
    let batch = home.local([
        "api",
        "POST",
        "/data/foundation/import/batches",
        "-f",
        &dataset,
        "-F",
        "inputFormat={\"format\":\"json\"}",
    ]);
    assert_eq!(batch.ok().json()["status"], "loading");

    home.write(
        "body.json",
        &json!({"name": "made by api", "type": "development"}).to_string(),
    );
    let ran = home
        .local([
            "api",
            "PUT",
            "/data/foundation/catalog/nowhere",
            "--input",
            "body.json",
        ])
        .exits(3);
    assert!(ran.stderr.contains("404"), "{}", ran.stderr);
}

#[test]
fn include_shows_status_and_headers() {
    let home = Home::new();
    let ran = home
        .local([
            "api",
            "GET",
            &format!("{CATALOG}/dataSets"),
            "--include",
            "-H",
            "x-request-id: mine",
        ])
        .ok();
    assert!(ran.stdout.starts_with("HTTP 200"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("content-type: application/json"),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_token_never_leaves_the_gateway() {
    let home = Home::new();
    let ran = home
        .local(["api", "GET", "https://example.com/data"])
        .exits(2);
    assert!(ran.stderr.contains("another host"), "{}", ran.stderr);
    home.local(["api", "GET", "/data/../ims/token"]).exits(2);
    home.local(["api", "GET", "//example.com/x"]).exits(3);
}
