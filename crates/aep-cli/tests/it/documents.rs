//! Flows as documents and from parts.

use serde_json::Value;

use crate::flows::nightly;
use crate::support::{Home, MEMBERS};

#[test]
fn a_pipeline_is_written_down_and_made_again_elsewhere() {
    let home = Home::new();
    nightly(&home);
    home.local(["flow", "export", "nightly", "nightly.yaml"])
        .ok();
    home.local(["flow", "export", "nightly", "nightly.yaml"])
        .exits(7);
    home.local(["flow", "export", "nightly", "nightly.json", "-q"])
        .ok();
    let text = std::fs::read_to_string(home.path().join("nightly.yaml")).unwrap();
    let document: Value =
        serde_json::from_str(&std::fs::read_to_string(home.path().join("nightly.json")).unwrap())
            .unwrap();
    assert!(text.contains("nightly source") && document["source"]["name"] == "nightly source");
    let printed = home.local(["flow", "export", "nightly"]).ok().stdout;
    assert_eq!(printed, text);
    home.local(["flow", "delete", "nightly", "--yes"]).ok();
    let again = home
        .local(["flow", "create", "-f", "nightly.yaml", "-o", "json"])
        .ok();
    assert_eq!(again.json()["steps"].as_array().unwrap().len(), 3);
    let ran = home
        .local_with_input(&text, ["flow", "create", "-f", "-", "--dry-run"])
        .ok();
    assert!(
        ran.stdout.contains("/data/foundation/flowservice/flows"),
        "{}",
        ran.stdout
    );
    // The body of a flow is a document too.
    let flow = home
        .local(["flow", "get", "nightly", "-o", "json"])
        .ok()
        .json();
    let body = serde_json::json!({
        "name": "by hand",
        "flowSpec": flow["flowSpec"],
        "sourceConnectionIds": flow["sourceConnectionIds"],
        "targetConnectionIds": flow["targetConnectionIds"],
        "transformations": [],
        "scheduleParams": flow["scheduleParams"],
    });
    home.write("flow.json", &body.to_string());
    home.local(["flow", "create", "-f", "flow.json"]).ok();
    home.write("flow.json", "{\"name\": \"secret-value\",, }");
    let ran = home.local(["flow", "create", "-f", "flow.json"]).exits(2);
    assert!(!ran.stderr.contains("secret-value"), "{}", ran.stderr);
    let ran = home
        .local(["flow", "create", "-f", "flow.json", "--every", "1d"])
        .exits(2);
    assert!(ran.stderr.contains("--every"), "{}", ran.stderr);
}

#[test]
fn a_flow_is_made_from_parts() {
    let home = Home::new();
    home.local([
        "source",
        "create",
        "--name",
        "inbox",
        "--zone-path",
        "dlz-user-container/in/",
        "--data-format",
        "json",
    ])
    .ok();
    home.local(["target", "create", "--name", "lake", "--dataset", MEMBERS])
        .ok();
    let made = home
        .local([
            "flow",
            "create",
            "--name",
            "parts",
            "--spec",
            "CloudStorageToAEP",
            "--source",
            "inbox",
            "--target",
            "lake",
            "--every",
            "1d",
            "--start",
            "+1d",
            "--partial",
            "5",
            "--diagnostics",
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(made["options"]["partialIngestionPercent"], 5);
    assert_eq!(made["options"]["errorDiagnosticsEnabled"], true);
    let found = home
        .local(["flow", "list", "--source", "inbox", "-o", "id"])
        .ok();
    assert_eq!(found.stdout.trim(), made["id"]);
    // A source that a flow uses changes by its own verb.
    let ran = home
        .local([
            "source",
            "update",
            "inbox",
            "--set",
            "/name=inbox 2",
            "-o",
            "json",
        ])
        .ok();
    assert_eq!(ran.json()["name"], "inbox 2");
}
