//! Killed at any moment, the state opens again with all that was acknowledged and nothing half done.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use super::{DirLock, GLOBAL, StateError, Store, kind};

/// Set for the child only: the directory to write into.
const DIR: &str = "AEP_EMULATOR_CRASH_TEST_DIR";

fn open(dir: &Path) -> Store {
    Store::open(dir, DirLock::try_take(dir).unwrap().unwrap(), None).unwrap()
}

/// Not a test of its own: the child process that the test below kills.
#[test]
fn write_until_killed() {
    #[allow(
        clippy::disallowed_methods,
        reason = "how the parent test talks to its child"
    )]
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let store = open(Path::new(&dir));
    let mut out = std::io::stdout().lock();
    let written = store
        .read_blocking(|tx| tx.list(kind::UPLOAD, GLOBAL, None))
        .unwrap()
        .len();
    for n in u64::try_from(written).unwrap().. {
        let mut pending = store.files().begin().unwrap();
        let bytes = vec![u8::try_from(n % 251).unwrap(); 10_000 + usize::try_from(n % 7).unwrap()];
        pending.file().unwrap().write_all(&bytes).unwrap();
        let blob = pending.commit().unwrap();
        store
            .write_blocking(|tx| -> Result<(), StateError> {
                let id = format!("u{n}");
                tx.put(
                    kind::UPLOAD,
                    GLOBAL,
                    &id,
                    "b",
                    &json!({"n": n, "blob": blob, "size": bytes.len()}),
                )?;
                // Two rows of one transaction: either both are there or none.
                tx.put(kind::BATCH, GLOBAL, "b", "", &json!({"files": n + 1}))
            })
            .unwrap();
        writeln!(out, "done {n}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_killed_process_loses_nothing_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = None;
    for round in 0..5_u32 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "state::crash::write_until_killed",
                "--exact",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // A few acknowledged writes, then death at a moment that differs from round to round.
        for _ in 0..=(2 + round * 3) {
            acknowledged = next(&mut lines).or(acknowledged);
        }
        std::thread::sleep(Duration::from_micros(u64::from(round) * 700));
        child.kill().unwrap();
        child.wait().unwrap();
        while let Some(n) = next(&mut lines) {
            acknowledged = Some(n);
        }
        check(dir.path(), acknowledged.unwrap());
    }
}

/// The number of the next acknowledged write; the harness prints other lines before it.
fn next(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> Option<u64> {
    lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("done ").and_then(|n| n.parse().ok()))
}

fn check(dir: &Path, acknowledged: u64) {
    // Something a killed upload leaves: bytes without a row.
    std::fs::write(dir.join("tmp/half"), "half").unwrap();
    std::fs::create_dir_all(dir.join("files/zz")).unwrap();
    std::fs::write(dir.join("files/zz/zz-orphan"), "whole, but of nobody").unwrap();
    let store = open(dir);
    let (uploads, batch) = store
        .read_blocking(|tx| -> Result<_, StateError> {
            Ok((
                tx.list(kind::UPLOAD, GLOBAL, Some("b"))?,
                tx.get(kind::BATCH, GLOBAL, "b")?.unwrap(),
            ))
        })
        .unwrap();
    assert!(
        u64::try_from(uploads.len()).unwrap() > acknowledged,
        "{} rows, {acknowledged} acknowledged",
        uploads.len()
    );
    assert_eq!(batch["files"], uploads.len());
    let mut named = std::collections::HashSet::new();
    for (n, upload) in uploads.iter().enumerate() {
        assert_eq!(upload["n"], n);
        let blob = upload["blob"].as_str().unwrap();
        named.insert(blob.to_owned());
        assert_eq!(
            std::fs::metadata(store.files().path(blob)).unwrap().len(),
            upload["size"].as_u64().unwrap()
        );
    }
    assert_eq!(std::fs::read_dir(dir.join("tmp")).unwrap().count(), 0);
    for folder in std::fs::read_dir(dir.join("files")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(named.contains(&name), "{name} was not swept");
        }
    }
}
