//! Files that become Parquet on their way.

use aep_core::ErrorKind;
use aep_ingest::convert::Mapping;
use aep_ingest::{Inputs, ReportStatus, Validate};
use serde_json::{Value, json};

use crate::support::{member, ndjson, sample, world};

const HEADER: &str = "_id,person.name.firstName,_local.memberId,_local.points,_local.active,_local.favouriteStores[0],\
                      _local.preferences.channel";

fn csv(rows: u32) -> String {
    let row = |n| format!("m-{n},Zoë,M{n:08},{n},{},Zürich,email\n", n % 2 == 0);
    format!("{HEADER}\n{}", (1..=rows).map(row).collect::<String>())
}

#[tokio::test]
async fn every_row_of_csv_lands_as_it_was() {
    let world = world().await;
    world.file("in/day=1/a.csv", csv(3));
    world.file("in/day=2/a.csv", csv(2).replace("m-", "n-"));
    world.file("in/day=2/b.ndjson", ndjson(2));
    let inputs = Inputs::paths([world.dir.path().join("in")]);
    let upload = world
        .ingest
        .upload(world.members().await, inputs)
        .convert(Mapping::default());
    let report = upload
        .start()
        .join()
        .await
        .unwrap_or_else(|error| panic!("{}", error.report()));
    assert_eq!(report.status, ReportStatus::Success);
    assert_eq!((report.batches.len(), report.batches[0].files), (1, 3));
    assert_eq!(report.batches[0].records_landed, Some(7));
    let changes = world.changes();
    for name in ["day=1/a.parquet", "day=2/a.parquet", "day=2/b.parquet"] {
        let encoded = name.replace('=', "%3D");
        assert!(
            changes
                .iter()
                .any(|call| call.contains(name) || call.contains(&encoded)),
            "{changes:?}"
        );
    }
    let rows = world.rows().await;
    let found = rows.iter().find(|row| row["_id"] == "n-2").unwrap();
    assert_eq!(found["person"]["name"]["firstName"], "Zoë");
    let local = &found["_local"];
    assert_eq!(local["points"], 2);
    assert_eq!(local["active"], true);
    assert_eq!(local["favouriteStores"], json!(["Zürich"]));
    assert_eq!(local["preferences"], json!({"channel": "email"}));
}

#[tokio::test]
async fn a_mapping_brings_foreign_columns_home() {
    let world = world().await;
    let text =
        "nr;joined;mail;note\nM00000001;12/11/2020;a@example.com;x\nM00000002;;b@example.com;y\n";
    let path = world.file("export.csv", text);
    let mapping = Mapping::parse(
        "csv: {delimiter: ';'}\ncolumns:\n  nr: _local.memberId\n  joined: {to: _local.joinedOn, format: '%d/%m/%Y'}\n\
         _id: {from: [nr]}\nidentityMap: [{namespace: Email, id: mail, primary: true}]\nignore: [note]\n",
        "export.yaml",
    );
    let upload = world.upload([path]).await.convert(mapping.unwrap());
    let report = upload
        .start()
        .join()
        .await
        .unwrap_or_else(|error| panic!("{}", error.report()));
    assert_eq!(report.batches[0].records_landed, Some(2));
    let rows = world.rows().await;
    let first = rows
        .iter()
        .find(|row| row["_local"]["memberId"] == "M00000001")
        .unwrap();
    assert_eq!(first["_local"]["joinedOn"], "2020-11-12");
    assert_eq!(first["identityMap"]["Email"][0]["id"], "a@example.com");
    assert_eq!(first["identityMap"]["Email"][0]["primary"], true);
}

#[tokio::test]
async fn a_row_that_can_not_be_converted_stops_everything() {
    let world = world().await;
    let path = world.file("bad.csv", csv(2) + "m-3,Zoë,M00000003,1.5,true,,\n");
    for validate in [Validate::Strict, Validate::Warn, Validate::Off] {
        let upload = world
            .upload([&path])
            .await
            .validate(validate)
            .convert(Mapping::default());
        let error = upload.start().join().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        let said = error.report().to_string();
        assert!(
            said.contains("bad.csv:4: `_local.points`: expected int"),
            "{said}"
        );
    }
    assert_eq!(world.changes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_row_that_breaks_a_rule_can_be_left_to_the_platform() {
    let world = world().await;
    let path = world.file("odd.csv", csv(2) + "m-3,Zoë,M3,1,true,,\n");
    let dataset = world.members().await;
    let strict = world
        .ingest
        .upload(dataset.clone(), Inputs::paths([&path]))
        .convert(Mapping::default());
    let error = strict.start().join().await.unwrap_err();
    assert!(
        error.report().to_string().contains("(pattern)"),
        "{}",
        error.report()
    );
    let warn = world
        .ingest
        .upload(dataset, Inputs::paths([&path]))
        .validate(Validate::Warn)
        .convert(Mapping::default());
    let report = warn.start().join().await.unwrap();
    assert_eq!(report.warnings.bad_rows, 1);
    assert_eq!(report.batches[0].records_read, Some(3));
}

#[tokio::test]
async fn rows_that_can_not_be_converted_are_set_aside_as_they_were() {
    let world = world().await;
    let bad = "n-3,Zoë,M00000003,1.5,true,,\n\"n\n4\",Zoë,M4,2,true,,\nn-5,short\n";
    world.file("in/a.csv", csv(2) + bad + "m-9,Zoë,M00000009,9,true,,\n");
    world.file(
        "in/b.ndjson",
        format!("{}\n{{\"_id\":7}}\n{{broken\n", member(50)),
    );
    world.file("in/c.ndjson", "{\"_id\":8}\n");
    world.file("in/d.json", format!("[{}", member(51)));
    world.file("in/e.csv", "_id,,_local.points\n1,2,3\n");
    let rejects = world.dir.path().join("bad.csv");
    let report = world
        .upload([world.dir.path().join("in")])
        .await
        .convert(Mapping::default())
        .rejects(&rejects)
        .start()
        .join()
        .await
        .unwrap_or_else(|error| panic!("{}", error.report()));
    assert_eq!(report.status, ReportStatus::Partial);
    assert_eq!(report.batches[0].files, 2);
    assert_eq!(report.batches[0].records_landed, Some(4));
    let rejected = report.rejected.unwrap();
    assert_eq!((rejected.files.len(), rejected.whole.len()), (2, 2));
    assert!(rejected.whole[0].file.ends_with("d.json"), "{rejected:?}");
    let why = &rejected.whole[1].why;
    assert!(why.contains("column 2 has no name"), "{why}");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    assert_eq!(read(&rejects), format!("{HEADER}\n{bad}"));
    assert_eq!(
        read(&world.dir.path().join("bad-2.ndjson")),
        "{\"_id\":7}\n{broken\n{\"_id\":8}\n"
    );
    let reasons = read(rejected.reasons.as_deref().unwrap());
    let reasons: Vec<Value> = reasons
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let place = |reason: &Value| {
        let number = |key: &str| reason[key].as_u64().unwrap();
        (
            number("rejectsRow"),
            number("line"),
            reason["rule"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(place(&reasons[0]), (1, 4, "type".to_owned()));
    assert_eq!(place(&reasons[1]), (2, 5, "pattern".to_owned()));
    assert_eq!(place(&reasons[2]), (3, 7, "columns".to_owned()));

    // mended, they go in the same way
    let mended = read(&rejects)
        .replace("1.5", "1")
        .replace(",M4,", ",M00000004,")
        .replace("n-5,short", "n-5,Zoë,M00000005,1,true,,");
    std::fs::write(&rejects, mended).unwrap();
    let report = world
        .upload([&rejects])
        .await
        .convert(Mapping::default())
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.batches[0].records_landed, Some(3));
}

#[tokio::test]
async fn parquet_stays_as_it_is() {
    let world = world().await;
    let lines = world.file("more.ndjson", member(900_001));
    let inputs = Inputs::paths([sample("loyalty-members.parquet"), lines]);
    let upload = world
        .ingest
        .upload(world.members().await, inputs)
        .convert(Mapping::default());
    let report = upload
        .start()
        .join()
        .await
        .unwrap_or_else(|error| panic!("{}", error.report()));
    assert_eq!((report.batches.len(), report.batches[0].files), (1, 2));
    assert_eq!(
        report.batches[0].records_read,
        report.batches[0].records_landed
    );
}
