//! Production is written to only by those who said so.

use crate::support::{Home, MEMBERS, stable};

#[test]
fn a_production_sandbox_is_guarded() {
    let home = Home::new();
    home.members("members.json", 1);
    home.local([
        "api",
        "POST",
        "/data/foundation/sandbox-management/sandboxes",
        "-f",
        "name=live",
        "-f",
        "title=Live",
        "-f",
        "type=production",
    ])
    .ok();
    // A new sandbox is made within the minute.
    home.run(["emulator", "clock", "--advance", "2m"]).ok();
    // Reading is free; a batch, a dataset and a raw call are not.
    home.local(["--sandbox", "live", "batch", "list"]).ok();
    let ran = home
        .local([
            "--sandbox",
            "live",
            "api",
            "POST",
            "/data/foundation/import/batches",
            "-f",
            "datasetId=x",
        ])
        .exits(4);
    stable(|| insta::assert_snapshot!("production", ran.shown()));
    let allowed = [
        "--sandbox",
        "live",
        "--allow-production",
        "api",
        "POST",
        "/data/foundation/import/batches",
        "-f",
        "datasetId=x",
    ];
    let ran = home.local(allowed);
    assert!(ran.code != 4, "{}", ran.shown());
    home.local(["ingest", "members.json", "--dataset", MEMBERS])
        .ok();
}
