//! `aep ingest --rejects`, `aep batch repair`, and files that are malformed.

use serde_json::Value;

use crate::support::{Home, MEMBERS, member};

fn rows(bad: &[usize], count: usize) -> String {
    let rows = (1..=count).map(|number| {
        let mut row = member(number);
        if bad.contains(&number) {
            row["_local"]["tier"] = "wood".into();
        }
        row.to_string() + "\n"
    });
    rows.collect()
}

#[test]
fn bad_rows_are_set_aside_and_the_exit_code_says_so() {
    let home = Home::new();
    home.write("in.ndjson", &rows(&[2, 4], 5));
    let ran = home
        .local([
            "ingest",
            "in.ndjson",
            "--dataset",
            MEMBERS,
            "--rejects",
            "bad.ndjson",
            "-o",
            "json",
        ])
        .exits(6);
    let report = ran.json();
    assert_eq!(report["status"], "partial");
    assert_eq!(report["batches"][0]["recordsLanded"], 3);
    assert_eq!(report["rejected"]["rows"], 2);
    assert_eq!(report["rejected"]["files"][0]["path"], "bad.ndjson");
    let rejected = std::fs::read_to_string(home.path().join("bad.ndjson")).unwrap();
    assert_eq!(rejected.lines().count(), 2);
    home.write("bad.ndjson", &rejected.replace("wood", "gold"));
    home.local(["ingest", "bad.ndjson", "--dataset", MEMBERS])
        .ok();

    let usage = [
        "ingest",
        "in.ndjson",
        "--dataset",
        MEMBERS,
        "--rejects",
        "x",
        "--validate",
        "warn",
    ];
    home.local(usage).exits(2);
    let there = [
        "ingest",
        "in.ndjson",
        "--dataset",
        MEMBERS,
        "--rejects",
        "bad.ndjson",
    ];
    home.local(there).exits(7);
}

#[test]
fn unknown_fields_may_be_warnings() {
    let home = Home::new();
    let mut row = member(1);
    row["surprise"] = 1.into();
    home.write("in.ndjson", &row.to_string());
    let check = |unknown: &str| {
        home.local([
            "schema",
            "validate",
            "in.ndjson",
            "--schema",
            MEMBERS,
            "--unknown",
            unknown,
        ])
    };
    check("error").exits(6);
    let ran = check("warn").ok();
    assert!(ran.stdout.contains("warning"), "{}", ran.shown());
}

#[test]
fn a_part_that_failed_is_repaired_from_the_mended_file() {
    let home = Home::new();
    home.write("in.ndjson", &rows(&[3], 20));
    let ran = home
        .local([
            "ingest",
            "in.ndjson",
            "--dataset",
            MEMBERS,
            "--validate",
            "off",
            "--partial",
            "10",
            "-o",
            "json",
        ])
        .exits(6);
    let id = ran.json()["batches"][0]["id"].as_str().unwrap().to_owned();
    let explained = |more: &[&str]| {
        let args = [&["batch", "explain", id.as_str()], more].concat();
        home.local(args).ok().stdout
    };
    // the job knows what it has sent
    let told = explained(&[]);
    assert!(
        told.contains("in.ndjson:3: ") && told.contains("_local.tier"),
        "{told}"
    );
    home.write("copy.ndjson", &rows(&[3], 20));
    home.write("in.ndjson", &rows(&[], 20));
    let told = explained(&[]);
    assert!(
        told.contains("it was written to") || told.contains("bytes and has"),
        "{told}"
    );
    assert!(told.contains("`--input FILE...`"), "{told}");
    let told = explained(&["--input", "copy.ndjson"]);
    assert!(told.contains("copy.ndjson:3: "), "{told}");
    let repair = || home.local(["batch", "repair", &id, "--input", "in.ndjson", "-o", "json"]);
    let landed: Value = repair().ok().json()["batches"][0]["recordsLanded"].clone();
    assert_eq!(landed, 1);
    repair().exits(7);
    home.local(["batch", "repair", &id]).exits(2);
}

#[test]
fn malformed_files_have_an_answer() {
    let home = Home::new();
    let long = "x".repeat(20 << 20);
    let files: [(&str, Vec<u8>); 12] = [
        ("deep.json", "[".repeat(300_000).into()),
        ("cut.json", b"[{\"_id\":\"1\"},{\"_i".to_vec()),
        ("latin.ndjson", b"{\"_id\":\"caf\xe9\"}\n".to_vec()),
        ("zeros.ndjson", vec![0; 4096]),
        ("long.ndjson", format!("{{\"_id\":\"{long}\"}}\n").into()),
        ("twice.ndjson", b"{\"_id\":\"1\",\"_id\":\"2\"}\n".to_vec()),
        (
            "ragged.csv",
            b"_id,_local.memberId\n1\n2,M00000002,x\n".to_vec(),
        ),
        ("open.csv", b"_id\n\"1\n2\n".to_vec()),
        (
            "utf16.csv",
            "_id\n1\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        ("magic.parquet", b"PAR1PAR1".to_vec()),
        ("footer.parquet", b"PAR1aaaa\xff\xff\xff\x00PAR1".to_vec()),
        ("packed.ndjson.gz", b"\x1f\x8b\x08\0\0\0".to_vec()),
    ];
    for (name, bytes) in files {
        std::fs::write(home.path().join(name), bytes).unwrap();
        let ran = home
            .local(["schema", "validate", name, "--schema", MEMBERS])
            .exits(6);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(name) && !said.contains("panicked"), "{said}");
        home.local(["ingest", name, "--dataset", MEMBERS]).exits(6);
    }
}
