#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::Write;
use std::path::Path;

use aep_core::{BatchId, DatasetId, ErrorKind};
use proptest::prelude::*;

use super::*;
use crate::format::Format;
use crate::plan::{Limits, Plan, PlannedBatch, PlannedFile};
use crate::source::{Content, Identity};
use crate::upload::{OnFailure, ReportStatus};

fn header(run: Uuid) -> Header {
    Header {
        version: VERSION,
        run,
        started: 1,
        directory: Path::new("/data").into(),
        gateway: "https://platform.adobe.io/".into(),
        org: "o@AdobeOrg".into(),
        sandbox: Some("dev".into()),
        dataset: DatasetId::new("d1").unwrap(),
        dataset_name: "Members".into(),
        rejected: None,
        settings: Kept {
            on_failure: OnFailure::Abort,
            partial: Some(5.0),
            diagnostics: true,
            tags: [("team".to_owned(), vec!["crm".to_owned()])].into(),
            replaces: Vec::new(),
            limits: Limits::default(),
            allow_duplicate: false,
            profiles: false,
        },
    }
}

fn plan(files: usize) -> Plan {
    let identity = Identity {
        size: 3,
        modified: 1,
        inode: 2,
    };
    let files: Vec<PlannedFile> = (0..files)
        .map(|index| PlannedFile {
            name: format!("{index}.json").into(),
            content: Content::file(format!("in/{index}.json"), identity),
        })
        .collect();
    Plan {
        batches: vec![PlannedBatch {
            format: Format::Json,
            bytes: 3 * files.len() as u64,
            files,
        }],
        ..Plan::default()
    }
}

fn lines() -> Vec<Line> {
    let hash = Hash::of(b"abc");
    vec![
        Line::Create {
            batch: 0,
            external_id: "aep-1-1".into(),
        },
        Line::Created {
            batch: 0,
            id: BatchId::new("b1").unwrap(),
        },
        Line::Sent { file: 1, hash },
        Line::Opened { file: 0 },
        Line::Part {
            file: 0,
            start: 0,
            hash,
        },
    ]
}

fn begun(jobs: &Jobs, run: Uuid) -> Journal {
    let journal = jobs.begin(&header(run)).unwrap();
    journal.plan(&plan(2), Some(9)).unwrap();
    for line in lines() {
        journal.append(&line).unwrap();
    }
    journal
}

fn path(dir: &Path, run: Uuid) -> PathBuf {
    dir.join("jobs").join(run.to_string()).join("journal")
}

#[test]
fn a_journal_says_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    drop(begun(&jobs, run));
    let (_journal, state) = jobs.open(run).unwrap();
    assert_eq!(state.header, header(run));
    assert_eq!(state.plan.batches, plan(2).batches);
    assert_eq!((state.planned, state.rows), (true, Some(9)));
    assert_eq!(state.batches[0].id.as_ref().unwrap().as_str(), "b1");
    assert_eq!(state.sent(0), (1, 3));
    assert_eq!(state.delivered.of(1), Some(Hash::of(b"abc")));
    assert_eq!(state.delivered.open[&0].len(), 1);
    let job = jobs.get(run).unwrap();
    assert_eq!((job.files, job.files_sent, job.bytes_sent), (2, 1, 3));
    assert!(job.may_have_open_batches());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    drop(begun(&jobs, run));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let journal = path(dir.path(), run);
    assert_eq!(mode(&journal), 0o600);
    assert_eq!(mode(&journal.with_file_name("lock")), 0o600);
    assert_eq!(mode(journal.parent().unwrap()), 0o700);
    assert_eq!(mode(&dir.path().join("jobs")), 0o700);
}

#[test]
fn one_process_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    let journal = begun(&jobs, run);
    assert_eq!(jobs.open(run).unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(jobs.remove(run).unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(jobs.get(run).unwrap().state, JobState::Running);
    drop(journal);
    assert_eq!(jobs.get(run).unwrap().state, JobState::Interrupted);
    jobs.remove(run).unwrap();
    assert_eq!(jobs.get(run).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(jobs.open(run).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_torn_line_is_cut_off_and_the_next_one_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    drop(begun(&jobs, run));
    let path = path(dir.path(), run);
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    file.write_all(br#"{"sent":{"file":0,"ha"#).unwrap();
    drop(file);
    let (journal, state) = jobs.open(run).unwrap();
    assert_eq!(state.delivered.of(0), None);
    journal.append(&Line::Claimed).unwrap();
    drop(journal);
    assert!(jobs.open(run).unwrap().1.claimed);
}

#[test]
fn damage_elsewhere_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    drop(begun(&jobs, run));
    let path = path(dir.path(), run);
    let text = std::fs::read_to_string(&path).unwrap();
    for (from, to, line) in [
        (r#""created""#, r#""crated""#, "7"),
        (r#"{"sent":{"file":1"#, r#"{"sent":{"file":99"#, "8"),
        (r#"{"planned":{"files":2"#, r#"{"planned":{"files":3"#, "5"),
        (r#""version":1"#, r#""version":2"#, ""),
    ] {
        std::fs::write(&path, text.replace(from, to)).unwrap();
        let error = jobs.open(run).unwrap_err();
        let told = error.report().to_string();
        assert!(
            matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Config),
            "{told}"
        );
        assert!(
            line.is_empty() || told.contains(&format!("line `{line}`")),
            "{told}"
        );
        assert_eq!(jobs.get(run).unwrap().state, JobState::Damaged);
    }
    assert_eq!(jobs.list().unwrap().len(), 1);
}

#[test]
fn a_run_that_is_over_becomes_small() {
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    let journal = begun(&jobs, run);
    std::fs::write(jobs.spool(run).unwrap().join("stdin"), "x").unwrap();
    let mut report: crate::upload::BatchReport = serde_json::from_value(serde_json::json!({"id": "b1",
        "status": "success", "files": 2, "bytes": 6, "recordsRead": 9, "recordsLanded": 9, "recordsFailed": 0,
        "errors": []}))
    .unwrap();
    report.files = 2;
    let end = End {
        at: 5,
        status: ReportStatus::Success,
        elapsed_ms: 4,
        error: None,
        finished: true,
    };
    journal.close(&[(0, report.clone())], end).unwrap();
    drop(journal);
    let text = std::fs::read_to_string(path(dir.path(), run)).unwrap();
    assert_eq!(text.lines().count(), 4);
    assert!(
        !dir.path()
            .join("jobs")
            .join(run.to_string())
            .join("spool")
            .exists()
    );
    let job = jobs.get(run).unwrap();
    assert_eq!((job.state, job.files_sent), (JobState::Success, 2));
    assert_eq!(jobs.open(run).unwrap().1.batches[0].outcome, Some(report));
    assert_eq!(jobs.find("00000000").unwrap(), run);
    assert_eq!(jobs.find("1").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_run_with_rows_that_failed_keeps_the_files_they_are_in() {
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    let report: crate::upload::BatchReport = serde_json::from_value(serde_json::json!({"id": "b1",
        "status": "success", "files": 2, "bytes": 6, "recordsRead": 9, "recordsLanded": 8, "recordsFailed": 1,
        "errors": []}))
    .unwrap();
    let end = End {
        at: 5,
        status: ReportStatus::Partial,
        elapsed_ms: 4,
        error: None,
        finished: true,
    };
    begun(&jobs, run).close(&[(0, report)], end).unwrap();
    let id = BatchId::new("b1").unwrap();
    let kept = jobs.sent(&id).unwrap().unwrap();
    let named: Vec<_> = kept.files.iter().map(|file| file.content.path()).collect();
    assert_eq!(
        named,
        [Path::new("/data/in/0.json"), Path::new("/data/in/1.json")]
    );
    assert_eq!(jobs.sent(&BatchId::new("b2").unwrap()).unwrap(), None);
    assert_eq!(jobs.get(run).unwrap().state, JobState::Partial);
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_line_that_could_not_be_written_none_is() {
    let dir = tempfile::tempdir().unwrap();
    let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
    let journal = begun(&jobs, run);
    journal.redirect(
        std::fs::OpenOptions::new()
            .append(true)
            .open("/dev/full")
            .unwrap(),
    );
    let error = journal.append(&Line::Claimed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(
        error.report().to_string().contains("No space left"),
        "{}",
        error.report()
    );
    assert!(error.hint_text().unwrap().contains("AEP_STATE_DIR"));
    journal.redirect(
        std::fs::OpenOptions::new()
            .append(true)
            .open(
                dir.path()
                    .join("jobs")
                    .join(run.to_string())
                    .join("journal"),
            )
            .unwrap(),
    );
    assert!(
        journal.append(&Line::Claimed).is_err(),
        "once broken, always broken"
    );
}

#[test]
fn old_jobs_that_are_over_go_and_the_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::new(dir.path());
    let (over, open) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let end = End {
        at: 5,
        status: ReportStatus::Aborted,
        elapsed_ms: 4,
        error: Some("it failed".into()),
        finished: true,
    };
    begun(&jobs, over).close(&[], end).unwrap();
    drop(begun(&jobs, open));
    jobs.prune();
    assert_eq!(jobs.list().unwrap().len(), 2);
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(31 * 24);
    for run in [over, open] {
        let file = std::fs::OpenOptions::new()
            .append(true)
            .open(path(dir.path(), run))
            .unwrap();
        file.set_modified(old).unwrap();
    }
    jobs.prune();
    let left: Vec<Uuid> = jobs.list().unwrap().iter().map(|job| job.run_id).collect();
    assert_eq!(left, [open]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]
    #[test]
    fn any_bytes_are_a_journal_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0_usize..2000) {
        let dir = tempfile::tempdir().unwrap();
        let (jobs, run) = (Jobs::new(dir.path()), Uuid::from_u128(7));
        drop(begun(&jobs, run));
        let path = path(dir.path(), run);
        let mut text = std::fs::read(&path).unwrap();
        text.truncate(cut);
        // wherever it was torn off, what is before counts
        std::fs::write(&path, &text).unwrap();
        if let Ok((_, state)) = jobs.open(run) {
            prop_assert_eq!(&state.header, &header(run));
        }
        text.extend_from_slice(&bytes);
        std::fs::write(&path, &text).unwrap();
        let _ = jobs.open(run);
        let _ = jobs.list();
    }
}
