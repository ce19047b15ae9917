//! `aep api list`, `describe` and `call`: operations by name.

use serde_json::{Value, json};

use crate::support::{Home, MEMBERS, stable};

/// What a wrong call says. Nothing is sent: there is no emulator here.
fn refused(args: &[&str]) -> String {
    let home = Home::new();
    let mut all = vec!["api", "call"];
    all.extend(args);
    let ran = home.run(all).exits(2);
    assert_eq!(ran.stdout, "");
    ran.stderr
}

#[test]
fn every_operation_is_listed_and_described() {
    let home = Home::new();
    let all = home.run(["api", "list", "-o", "json"]).ok().json();
    let all = all.as_array().unwrap();
    let services: std::collections::BTreeSet<&str> = all
        .iter()
        .map(|one| one["service"].as_str().unwrap())
        .collect();
    assert_eq!(services.len(), 9);
    let catalog = home.run(["api", "list", "catalog", "-o", "id"]).ok();
    assert!(catalog.stdout.starts_with("catalog.listBatches\n"));
    assert!(
        catalog
            .stdout
            .lines()
            .all(|name| name.starts_with("catalog."))
    );

    for operation in all {
        let name = operation["name"].as_str().unwrap();
        let told = home
            .run(["api", "describe", name, "-o", "json"])
            .ok()
            .json();
        assert_eq!(told["path"], operation["path"]);
        assert!(!told["statuses"].as_array().unwrap().is_empty(), "{name}");
        let placeholders = operation["path"].as_str().unwrap().matches('{').count();
        let parameters = told["parameters"].as_array().unwrap();
        let in_path = parameters.iter().filter(|one| one["in"] == "path").count();
        assert_eq!(placeholders, in_path, "{name}");
    }
}

#[test]
fn a_person_reads_what_an_operation_takes() {
    let home = Home::new();
    let told = home.run(["api", "describe", "retrieveBatch"]).ok().stdout;
    stable(|| insta::assert_snapshot!("api_describe", told));
}

#[test]
fn values_go_where_they_belong() {
    let home = Home::new();
    let listed = home
        .local([
            "api",
            "call",
            "listDatasets",
            "-f",
            "limit=1",
            "-f",
            "properties=name",
        ])
        .ok()
        .json();
    let (id, dataset) = listed.as_object().unwrap().iter().next().unwrap();
    let field = format!("DATASET_ID={id}");
    let one = home.local(["api", "call", "catalog.retrieveDataset", "-f", &field]);
    assert_eq!(one.ok().json()[id]["name"], dataset["name"]);

    let dataset = home
        .local(["dataset", "get", MEMBERS, "-o", "id"])
        .ok()
        .stdout;
    let field = format!("datasetId={}", dataset.trim());
    let format = "inputFormat={\"format\":\"json\"}";
    let batch = home
        .local([
            "api",
            "call",
            "batch-ingestion.createBatch",
            "-f",
            &field,
            "-F",
            format,
        ])
        .ok()
        .json();
    assert_eq!(batch["status"], "loading");
    let batch_id = batch["id"].as_str().unwrap();

    home.write("rows.json", "[]");
    let batch_field = format!("batchId={batch_id}");
    let dataset_field = format!("datasetId={}", dataset.trim());
    home.local([
        "api",
        "call",
        "uploadSmallFile",
        "-f",
        &batch_field,
        "-f",
        &dataset_field,
        "-f",
        "filePath=a/rows.json",
        "--input",
        "rows.json",
    ])
    .ok();

    let ids = home
        .local([
            "api",
            "call",
            "listBatches",
            "--paginate",
            "-f",
            "limit=1",
            "-o",
            "id",
        ])
        .ok();
    assert_eq!(ids.stdout.trim(), batch_id);
    let schemas = home.local(["api", "call", "listSchemas", "-f", "CONTAINER_ID=tenant"]);
    assert!(schemas.ok().json()["results"].is_array());
}

#[test]
fn options_of_the_program_stand_anywhere() {
    let home = Home::new();
    let names: Value = home
        .run([
            "api",
            "--local",
            "call",
            "listDatasets",
            "--jq",
            "[.[].name] | sort",
        ])
        .ok()
        .json();
    assert_eq!(names, json!(["Loyalty Members", "Loyalty Purchases"]));
    let ran = home
        .run(["api", "GET", "/x", "call", "listDatasets"])
        .exits(2);
    assert!(ran.stderr.contains("give one of both"), "{}", ran.stderr);
}

#[test]
fn what_is_wrong_is_said_before_anything_is_sent() {
    for (args, said) in [
        (&["listBatchs"][..], "did you mean `listBatches`?"),
        (&["nonsense"], "`aep api list` shows all"),
        (&["createBatch"], "`catalog.createBatch`"),
        (&["listBatches", "-f", "limt=3"], "did you mean `limit`?"),
        (
            &["listBatches", "-f", "limit=many"],
            "`many` is not of type integer",
        ),
        (
            &["listBatches", "-f", "limit=1", "-f", "limit=2"],
            "given twice",
        ),
        (&["retrieveBatch"], "add -f BATCH_ID=..."),
        (
            &["retrieveBatch", "-f", "BATCH_ID="],
            "cannot stand in a path",
        ),
        (
            &["retrieveBatch", "-f", "BATCH_ID=.."],
            "cannot stand in a path",
        ),
        (&["createConnection", "-F", "connectionSpec={"], "as JSON"),
        (
            &["createConnection", "-f", "name=x"],
            "add -f connectionSpec=...",
        ),
        (&["createFlow", "-f", "mode=draf"], "did you mean `draft`?"),
        (&["listBatches", "--input", "x"], "the operation takes none"),
        (
            &["createDataset", "-f", "name=x", "--input", "x"],
            "which --input brings",
        ),
        (
            &["updateFlow", "-f", "FLOW_ID=x", "-f", "If-Match=e"],
            "give it with --input",
        ),
    ] {
        let error = refused(args);
        assert!(error.contains(said), "{args:?}: {error}");
    }
}
