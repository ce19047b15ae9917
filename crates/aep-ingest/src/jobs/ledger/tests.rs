#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;
use std::io::Write;

use aep_core::{BatchId, DatasetId, Settings};
use uuid::Uuid;

use super::{Claim, Fingerprint, Ledger};
use crate::format::Format;
use crate::jobs::Hash;
use crate::plan::{Plan, PlannedBatch, PlannedFile};
use crate::source::{Content, Identity};

fn ledger(dir: &std::path::Path) -> Ledger {
    let settings = Settings::local("http://127.0.0.1:1".parse().unwrap());
    Ledger::of(dir, &settings, &DatasetId::new("d1").unwrap())
}

fn content(text: &str) -> Fingerprint {
    Fingerprint {
        size: text.len() as u64,
        chunk: 0,
        hash: Hash::of(text.as_bytes()),
    }
}

fn claim(batch: &str, texts: &[&str]) -> Claim {
    let file = |text: &&str| PlannedFile {
        name: format!("{text} file.json").into(),
        content: Content::file(
            *text,
            Identity {
                size: text.len() as u64,
                modified: 1,
                inode: 1,
            },
        ),
    };
    let plan = Plan {
        batches: vec![PlannedBatch {
            format: Format::Json,
            files: texts.iter().map(file).collect(),
            bytes: 0,
        }],
        ..Plan::default()
    };
    Claim {
        plan: plan.into(),
        ids: vec![BatchId::new(batch).unwrap()],
        hashes: texts
            .iter()
            .map(|text| Some(Hash::of(text.as_bytes())))
            .collect(),
    }
}

fn sizes(of: &[u64]) -> HashSet<u64> {
    of.iter().copied().collect()
}

#[test]
fn what_was_claimed_is_found_by_others_and_by_size() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut mine = ledger(dir.path());
    assert_eq!(mine.news(&sizes(&[1]), one).unwrap(), []);
    assert_eq!(
        mine.claim(&claim("b1", &["a", "bb"]), one, true).unwrap(),
        []
    );
    let found = ledger(dir.path()).news(&sizes(&[2]), two).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].content, content("bb"));
    assert_eq!(
        (&*found[0].name, found[0].batch.as_str()),
        ("bb file.json", "b1")
    );
    assert_eq!(found[0].run, one);
    // its own is no obstacle to a run
    assert_eq!(ledger(dir.path()).news(&sizes(&[1, 2]), one).unwrap(), []);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(mine.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn of_two_runs_with_the_same_content_the_second_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let (mut first, mut second) = (ledger(dir.path()), ledger(dir.path()));
    assert_eq!(first.news(&sizes(&[1]), one).unwrap(), []);
    assert_eq!(second.news(&sizes(&[1]), two).unwrap(), []);
    assert_eq!(first.claim(&claim("b1", &["a"]), one, true).unwrap(), []);
    let faster = second.claim(&claim("b2", &["a"]), two, true).unwrap();
    assert_eq!(faster.len(), 1);
    assert_eq!(faster[0].run, one);
    // it came to nothing, says the platform: the second time it is no obstacle
    assert_eq!(second.claim(&claim("b2", &["a"]), two, true).unwrap(), []);
    assert_eq!(ledger(dir.path()).news(&sizes(&[1]), one).unwrap().len(), 1);
}

#[test]
fn a_torn_line_costs_itself_only() {
    let dir = tempfile::tempdir().unwrap();
    let run = Uuid::from_u128(1);
    let mut first = ledger(dir.path());
    first.claim(&claim("b1", &["a", "bb"]), run, true).unwrap();
    let text = std::fs::read_to_string(first.path()).unwrap();
    std::fs::write(first.path(), &text[..text.len() - 9]).unwrap();
    let other = Uuid::from_u128(2);
    assert_eq!(
        ledger(dir.path())
            .news(&sizes(&[1, 2]), other)
            .unwrap()
            .len(),
        1
    );
    let mut next = ledger(dir.path());
    next.claim(&claim("b2", &["ccc"]), other, true).unwrap();
    let mut reader = ledger(dir.path());
    let found = reader.news(&sizes(&[1, 3]), Uuid::from_u128(3)).unwrap();
    assert_eq!(found.len(), 2);
    // the half name is a name; half a hash would be damage
    assert_eq!(reader.damaged(), 0);
}

#[test]
fn damage_is_counted_and_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let run = Uuid::from_u128(1);
    let mut first = ledger(dir.path());
    first.claim(&claim("b1", &["a"]), run, true).unwrap();
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(first.path())
        .unwrap();
    file.write_all(
        b"1 0 nonsense x\n\xff\xfe\nbatch half\n1 0 00000000000000000000000000000000 y\n",
    )
    .unwrap();
    let mut reader = ledger(dir.path());
    assert_eq!(
        reader.news(&sizes(&[1]), Uuid::from_u128(2)).unwrap().len(),
        1
    );
    assert_eq!(reader.damaged(), 4);
}
