//! Batches and datasets by hand, verb by verb.

use serde_json::json;

use crate::support::{Home, MEMBERS, member};

#[test]
fn a_batch_by_hand() {
    let home = Home::new();
    home.write("rows.ndjson", &format!("{}\n{}\n", member(1), member(2)));
    let id = home
        .local([
            "batch",
            "create",
            "--dataset",
            MEMBERS,
            "--input-format",
            "ndjson",
            "-o",
            "id",
        ])
        .ok();
    let id = id.stdout.trim().to_owned();
    let put = home
        .local([
            "batch",
            "put",
            &id,
            "rows.ndjson",
            "--name",
            "day=1/rows.json",
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(put[0]["path"], "day=1/rows.json");
    let preview = home
        .local(["batch", "preview", &id, "-o", "json"])
        .ok()
        .json();
    assert_eq!(preview.as_array().unwrap().len(), 2);
    let batch = home
        .local(["batch", "complete", &id, "--wait", "-o", "json"])
        .ok()
        .json();
    assert_eq!(batch["status"], "success");
    assert_eq!(batch["id"], json!(id));
    assert!(
        home.local(["batch", "get", &id])
            .ok()
            .stdout
            .contains("success")
    );
    assert_eq!(
        home.local([
            "batch",
            "list",
            "--status",
            "success",
            "--dataset",
            MEMBERS,
            "-o",
            "id"
        ])
        .ok()
        .stdout
        .trim(),
        id
    );
    assert_eq!(
        home.local(["batch", "list", "--status", "failure", "-o", "id"])
            .ok()
            .stdout,
        ""
    );
    assert_eq!(
        home.local(["batch", "list", "--since", "1h", "-o", "id"])
            .ok()
            .stdout
            .trim(),
        id
    );

    // A replay replaces it.
    let new = home
        .local([
            "batch",
            "replay",
            &id,
            "--input-format",
            "ndjson",
            "-o",
            "id",
        ])
        .ok();
    let new = new.stdout.trim().to_owned();
    home.local(["batch", "put", &new, "rows.ndjson"]).ok();
    home.local(["batch", "complete", &new, "--wait"]).ok();

    // Taking data away asks first.
    let ran = home.local(["batch", "revert", &new]).exits(2);
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    home.local(["batch", "revert", &new, "--yes"]).ok();
    home.local(["batch", "wait", &new]).exits(7);
}

#[test]
fn batches_are_given_up() {
    let home = Home::new();
    let create = || {
        let ran = home
            .local([
                "batch",
                "create",
                "--dataset",
                MEMBERS,
                "--input-format",
                "json",
                "-o",
                "id",
            ])
            .ok();
        ran.stdout.trim().to_owned()
    };
    let (a, b, c) = (create(), create(), create());
    let abort = home
        .local(["batch", "abort", &a, &b, "-o", "json"])
        .ok()
        .json();
    assert_eq!(
        (&abort[0]["status"], &abort[1]["status"]),
        (&"aborted".into(), &"aborted".into())
    );
    let fail = home.local(["batch", "fail", &c, "-o", "json"]).ok().json();
    assert_eq!(fail["status"], "failure");
    home.local(["batch", "wait", &c]).exits(6);
}

#[test]
fn a_dataset_from_its_creation_to_its_end() {
    let home = Home::new();
    let made = home
        .local([
            "dataset",
            "create",
            "Members 2026",
            "--schema",
            MEMBERS,
            "--description",
            "new",
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(made["name"], "Members 2026");
    home.members("members.json", 2);
    home.local(["ingest", "members.json", "--dataset", "Members 2026"])
        .ok();
    let preview = home
        .local(["dataset", "preview", "Members 2026", "-o", "json"])
        .ok()
        .json();
    assert_eq!(preview.as_array().unwrap().len(), 2);
    home.local(["dataset", "download", "Members 2026", "--to", "all"])
        .ok();
    assert!(home.path().join("all").is_dir());
    home.local(["dataset", "delete", "Members 2026"]).exits(2);
    home.local(["dataset", "delete", "Members 2026", "--yes"])
        .ok();
    home.local(["dataset", "get", "Members 2026"]).exits(3);
}

#[test]
fn an_ambiguous_name_lists_the_candidates() {
    let home = Home::new();
    let made = |_| {
        home.local([
            "dataset", "create", "Twice", "--schema", MEMBERS, "-o", "id",
        ])
        .ok()
        .stdout
    };
    let ids: Vec<String> = (0..2).map(made).collect();
    let ran = home.local(["dataset", "get", "Twice"]).exits(2);
    for id in ids {
        assert!(ran.stderr.contains(id.trim()), "{}", ran.stderr);
    }
}

#[test]
fn sandboxes_and_schemas_are_shown() {
    let home = Home::new();
    let names = home.local(["sandbox", "list", "-o", "id"]).ok().stdout;
    assert!(names.contains("dev") && names.contains("prod"), "{names}");
    assert_eq!(
        home.local(["sandbox", "show", "-o", "id"]).ok().stdout,
        "dev\n"
    );
    home.local(["sandbox", "show", "nowhere"]).exits(3);
    let schemas = home.local(["schema", "list", "-o", "json"]).ok().json();
    assert_eq!(schemas.as_array().unwrap().len(), 2);
    let fields = home.local(["schema", "get", MEMBERS]).ok().stdout;
    assert!(
        fields.contains("_local.tier") && fields.contains("identityMap"),
        "{fields}"
    );
    let fields = home.local(["dataset", "schema", MEMBERS]).ok().stdout;
    assert!(fields.contains("_local.memberId"), "{fields}");
    let sample = home.local(["schema", "sample", MEMBERS]).ok().json();
    assert!(sample["_local"].is_object(), "{sample}");
}

#[test]
fn a_schema_is_created_from_a_document() {
    let home = Home::new();
    let document = json!({"type": "object", "title": "Visits", "description": "",
        "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}]});
    home.write("schema.json", &document.to_string());
    let made = home
        .local(["schema", "create", "schema.json", "-o", "json"])
        .ok()
        .json();
    assert!(
        made["$id"]
            .as_str()
            .unwrap()
            .starts_with("https://ns.adobe.com/local/schemas/")
    );
    home.local(["schema", "get", "Visits"]).ok();
}

#[test]
fn doctor_is_content_with_the_emulator() {
    let home = Home::new();
    let checks = home.local(["doctor", "-o", "json"]).ok().json();
    assert!(
        checks
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["status"] == "ok"),
        "{checks:#}"
    );
    let names: Vec<_> = checks
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["check"].as_str().unwrap())
        .collect();
    for name in [
        "configuration",
        "token",
        "clock",
        "sandbox",
        "catalog",
        "schema registry",
        "batch ingestion",
        "data access",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    // Without any profile it says what is missing instead of giving up.
    let checks = home.run(["doctor", "-o", "json"]).exits(2).json();
    assert!(
        checks
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["status"] == "failed"),
        "{checks:#}"
    );
}
