#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs::{self, File};
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;

use super::member::Member;
use super::purchase::Purchase;
use super::row::Row;
use super::{Format, MEMBERS, SEED, Until, generate, size};

fn both(folder: &Path, rows: u64, seed: u64) {
    let members = generate::<Member>(folder, Until::Rows(rows), seed, 0, &Format::ALL).unwrap();
    generate::<Purchase>(folder, Until::Rows(rows * 2), seed, members, &Format::ALL).unwrap();
}

#[test]
fn the_committed_samples_come_out_again() {
    let folder = tempfile::tempdir().unwrap();
    both(folder.path(), MEMBERS, SEED);
    let committed = crate::workspace::root().join("samples");
    let mut total = 0;
    for format in Format::ALL {
        for name in [Member::FILE, Purchase::FILE] {
            let name = format!("{name}.{}", format.ending());
            let made = fs::read(folder.path().join(&name)).unwrap();
            total += made.len();
            assert!(
                made == fs::read(committed.join(&name)).unwrap_or_default(),
                "samples/{name} is not what the generator writes: run `cargo xtask samples`"
            );
        }
    }
    assert!(
        total < 1_500_000,
        "the samples take {total} bytes, keep them under 1.5 MB"
    );
}

#[test]
fn all_formats_hold_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    both(folder.path(), 40, 7);
    for (name, rows) in [("loyalty-members", 40), ("purchases/loyalty-purchases", 80)] {
        let text =
            |ending| fs::read_to_string(folder.path().join(format!("{name}.{ending}"))).unwrap();
        let array: Vec<Value> = serde_json::from_str(&text("json")).unwrap();
        let lines: Vec<Value> = text("ndjson")
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(array.len(), rows);
        assert_eq!(array, lines);
        let csv = text("csv");
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        let ids: Vec<String> = csv
            .records()
            .map(|record| record.unwrap()[0].to_owned())
            .collect();
        let wanted: Vec<&str> = array
            .iter()
            .map(|row| row["_id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, wanted);
        let file = File::open(folder.path().join(format!("{name}.parquet"))).unwrap();
        let parquet = SerializedFileReader::new(file).unwrap();
        let ids: Vec<String> = parquet
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().get_string(0).unwrap().clone())
            .collect();
        assert_eq!(ids, wanted);
    }
}

#[test]
fn parquet_has_the_physical_types_of_the_platform() {
    let folder = tempfile::tempdir().unwrap();
    both(folder.path(), 3, 7);
    let file = File::open(folder.path().join("loyalty-members.parquet")).unwrap();
    let parquet = SerializedFileReader::new(file).unwrap();
    let schema = parquet.metadata().file_metadata().schema_descr();
    let types: Vec<String> = schema
        .columns()
        .iter()
        .map(|column| {
            format!(
                "{} {} {}",
                column.path().string(),
                column.physical_type(),
                column.converted_type()
            )
        })
        .collect();
    for wanted in [
        "_id BYTE_ARRAY UTF8",
        "person.birthDate INT32 DATE",
        "_local.points INT32 NONE",
        "_local.lifetimeValue DOUBLE NONE",
        "_local.lastActivity INT64 TIMESTAMP_MILLIS",
        "_local.active BOOLEAN NONE",
        "_local.visits INT32 INT_16",
        "_local.level INT32 INT_8",
        "_local.preferences.key_value.key BYTE_ARRAY UTF8",
        "_local.favouriteStores.list.element BYTE_ARRAY UTF8",
        "_local.cards.list.element.points INT64 NONE",
        "identityMap.key_value.value.list.element.primary BOOLEAN NONE",
    ] {
        assert!(
            types.iter().any(|found| found == wanted),
            "{wanted} is missing in {types:#?}"
        );
    }
}

#[test]
fn size_stops_the_generator_and_the_seed_matters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loyalty-members.ndjson");
    let mut seen = Vec::new();
    for seed in [1, 2] {
        generate::<Member>(
            folder.path(),
            Until::Bytes(300_000),
            seed,
            0,
            &[Format::Ndjson],
        )
        .unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.len() >= 300_000 && text.len() < 2_000_000,
            "{} bytes",
            text.len()
        );
        seen.push(text);
    }
    assert_ne!(seen[0], seen[1]);
    assert!(!folder.path().join("loyalty-members.csv").exists());
}

#[test]
fn sizes_are_read() {
    assert_eq!(size("1GB"), Ok(1_000_000_000));
    assert_eq!(size("200 MB"), Ok(200_000_000));
    assert_eq!(size("64KiB"), Ok(65_536));
    assert_eq!(size("12"), Ok(12));
    assert!(size("many").is_err());
    assert!(size("1 parsec").is_err());
    assert!(size("99999999999GB").is_err());
}
