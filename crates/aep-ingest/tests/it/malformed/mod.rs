//! Files that are damaged, hostile or something else: an answer for each, no panic, and memory that stays small.
#![allow(
    clippy::too_many_lines,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "long lists of cases, and figures to be read"
)]

mod binary;
mod csv;
mod parquet;
mod rows;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use aep_core::ErrorKind;
use aep_ingest::validate::{self, Format, Options};
use aep_ingest::xdm::Schema;
use aep_ingest::{InputFormat, Inputs, View};
use serde_json::{Value, json};

use crate::support::world;

/// A malformed file.
pub(crate) struct Case {
    name: String,
    format: Format,
    bytes: Vec<u8>,
    /// Whether it has to be refused; some damage does not matter.
    refused: bool,
}

impl Case {
    fn bad(name: impl Into<String>, format: Format, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            format,
            bytes: bytes.into(),
            refused: true,
        }
    }

    fn any(name: impl Into<String>, format: Format, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            refused: false,
            ..Self::bad(name, format, bytes)
        }
    }

    /// `017-ndjson-bad-a key twice`
    fn file_name(&self, number: usize) -> String {
        let word: String = self
            .name
            .chars()
            .map(|char| {
                if char.is_ascii_alphanumeric() {
                    char
                } else {
                    '_'
                }
            })
            .collect();
        let verdict = if self.refused { "bad" } else { "any" };
        format!("{number:03}-{}-{verdict}-{word}", self.format)
    }
}

fn cases() -> Vec<Case> {
    let mut all = text::cases();
    all.extend(csv::cases());
    all.extend(binary::cases());
    all.extend(parquet::cases());
    all
}

/// Writes the files, and answers how many there are, all different.
fn write(directory: &Path) -> usize {
    let all = cases();
    let different: HashSet<(String, &[u8])> = all
        .iter()
        .map(|case| (case.format.to_string(), case.bytes.as_slice()))
        .collect();
    assert_eq!(different.len(), all.len(), "two cases are the same");
    for (number, case) in all.iter().enumerate() {
        std::fs::write(directory.join(case.file_name(number)), &case.bytes).unwrap();
    }
    all.len()
}

fn files(directory: &Path) -> Vec<(PathBuf, Format, bool)> {
    let mut all: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let mut words = name.split('-').skip(1);
            let format = words.next().unwrap().parse().unwrap();
            (path, format, words.next().unwrap() == "bad")
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn schema() -> Schema {
    let string = json!({"type": "string", "meta:xdmType": "string"});
    let document: Value = json!({
        "type": "object", "required": ["_id"],
        "properties": {
            "_id": string,
            "person": {"type": "object", "properties": {
                "name": {"type": "object", "properties": {"firstName": string, "lastName": string}},
                "birthDate": {"type": "string", "format": "date", "meta:xdmType": "date"},
            }},
            "_local": {"type": "object", "required": ["memberId"], "properties": {
                "memberId": {"type": "string", "pattern": "^M[0-9]{8}$"},
                "tier": {"type": "string", "enum": ["bronze", "silver", "gold", "platinum"]},
                "points": {"type": "integer", "meta:xdmType": "int", "minimum": 0},
                "favouriteStores": {"type": "array", "items": string},
                "preferences": {"type": "object", "meta:xdmType": "map", "additionalProperties": string},
            }},
        }
    });
    Schema::compile(&document).unwrap()
}

/// The directory that a parent process has filled.
#[expect(
    clippy::disallowed_methods,
    reason = "how the test speaks to itself in a process of its own"
)]
fn given() -> Option<PathBuf> {
    std::env::var_os("AEP_TEST_CORPUS").map(PathBuf::from)
}

/// The files are made here and looked at in a process of its own, so that its memory can be measured.
#[test]
fn every_malformed_file_has_an_answer_and_memory_stays_small() {
    if let Some(directory) = given() {
        let count = look_at_all(&directory);
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        println!("malformed files: {count}, peak {} KiB", peak(&status));
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    assert!(write(directory.path()) >= 200);
    let name = "malformed::every_malformed_file_has_an_answer_and_memory_stays_small";
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env("AEP_TEST_CORPUS", directory.path())
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "{out}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let (_, peak) = out.split_once(", peak ").unwrap();
    let peak: u64 = peak.split(' ').next().unwrap().parse().unwrap();
    assert!(peak <= 64 << 10, "{peak} KiB: {out}");
    println!(
        "{}",
        out.lines()
            .find(|line| line.contains("malformed files:"))
            .unwrap()
    );
}

fn look_at_all(directory: &Path) -> usize {
    let schema = schema();
    let all = files(directory);
    let mut taken = Vec::new();
    for (path, format, bad) in &all {
        let name = path.file_name().unwrap().to_str().unwrap();
        match validate::file(path, *format, &schema, &Options::default()) {
            Ok(findings) => {
                if *bad && findings.is_ok() {
                    taken.push(name);
                }
                assert_eq!(findings.is_ok(), findings.to_error().is_none());
                for finding in &findings.findings {
                    let line = finding.to_string();
                    assert!(line.contains(name), "{line}");
                    assert!(!line.contains('\n') && line.len() < 3000, "{name}: {line}");
                    assert!(
                        !finding.expected.is_empty() && !finding.found.is_empty(),
                        "{line}"
                    );
                }
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Rejected, "{}", error.report());
                let text = error.report().to_string();
                assert!(text.contains(name) && text.len() < 3000, "{text}");
            }
        }
        if let Err(error) = validate::sniff(path) {
            assert_eq!(error.kind(), ErrorKind::Rejected, "{}", error.report());
        }
    }
    assert!(taken.is_empty(), "these were taken: {taken:#?}");
    all.len()
}

/// The most memory that was in use, in KiB, without the pages of the program itself; 0 where there is none.
fn peak(status: &str) -> u64 {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok())
            .unwrap_or(0)
    };
    field("VmHWM:").saturating_sub(field("RssFile:"))
}

/// The plan refuses or takes a file, whatever it is, and a run with `rejects` sets its rows aside or sends them.
#[tokio::test]
async fn malformed_files_can_be_planned_and_sent() {
    let world = world().await;
    let dataset = world.members().await;
    let schema = dataset.schema.clone().unwrap();
    world
        .ingest
        .schemas()
        .get(&schema, View::Full)
        .await
        .unwrap();
    let corpus = tempfile::tempdir().unwrap();
    write(corpus.path());
    let (mut planned, mut refused) = (0, 0);
    for (number, (path, format, bad)) in files(corpus.path()).into_iter().enumerate() {
        let format = match format {
            Format::NdJson => InputFormat::NdJson,
            Format::Json => InputFormat::Json,
            Format::Csv => InputFormat::Csv,
            Format::Parquet => InputFormat::Parquet,
        };
        let upload = || {
            world
                .ingest
                .upload(dataset.clone(), Inputs::paths([&path]))
                .format(format)
        };
        match upload().plan() {
            Ok(plan) => {
                assert_eq!(plan.files(), 1);
                planned += 1;
            }
            Err(error) => {
                assert!(
                    matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Limit),
                    "{}",
                    error.report()
                );
                refused += 1;
                continue;
            }
        }
        // Every tenth of those that have a plan goes all the way.
        if number % 10 > 0 {
            continue;
        }
        let rejects = world.dir.path().join(format!("{number}.rejects"));
        let run = upload().rejects(&rejects).start().join();
        match tokio::time::timeout(Duration::from_mins(2), run)
            .await
            .expect("it hangs")
        {
            // Damage that no check here reads may still be seen by the platform.
            Ok(report) => assert!(!bad || report.rejected.is_some(), "{}", path.display()),
            Err(error) => assert!(
                matches!(error.kind(), ErrorKind::Rejected),
                "{}: {}",
                path.display(),
                error.report()
            ),
        }
    }
    println!("malformed files: {planned} planned, {refused} refused");
    assert!(planned > 50 && refused > 5);
}
