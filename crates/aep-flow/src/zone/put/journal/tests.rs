#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

const IDENTITY: Identity = Identity {
    size: 9,
    modified: 1,
    inode: 2,
};

fn subject() -> Subject {
    Subject {
        source: "/data".into(),
        endpoint: "https://account.blob.core.windows.net".into(),
        container: "dlz-user-container".into(),
        target: "in".into(),
    }
}

#[test]
fn what_was_written_is_read_again_and_a_torn_line_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, earlier) = Journal::open(dir.path(), &subject()).unwrap();
    assert!(earlier.open.is_empty() && earlier.refused.is_none());
    let number = journal
        .begin("a", IDENTITY, "up", 4, Some("e".into()))
        .unwrap();
    journal.part(number, 0, "p0").unwrap();
    journal.part(number, 2, "p2").unwrap();
    journal.begin("b", IDENTITY, "up2", 4, None).unwrap();
    journal.drop_file("b").unwrap();
    journal.done("c", IDENTITY).unwrap();
    let path = journal.path.clone();
    let again = Journal::open(dir.path(), &subject()).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);
    drop(journal);
    OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(b"{\"event\":\"part\",\"file\":0,\"ind")
        .unwrap();
    for _ in 0..2 {
        let (journal, earlier) = Journal::open(dir.path(), &subject()).unwrap();
        let open = &earlier.open["a"];
        assert_eq!((open.upload.as_str(), open.part), ("up", 4));
        assert_eq!(open.parts.keys().copied().collect::<Vec<_>>(), [0, 2]);
        assert_eq!((earlier.open.len(), earlier.done["c"]), (1, IDENTITY));
        // numbers are not given out twice
        assert_eq!(journal.inner.lock().unwrap().next, 2);
    }
    let (journal, _) = Journal::open(dir.path(), &subject()).unwrap();
    journal.finish().unwrap();
    assert!(!path.exists());
}

#[cfg(unix)]
#[test]
fn it_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), &subject()).unwrap();
    let mode = std::fs::metadata(&journal.path)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_old_one_and_garbage_begin_anew() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), &subject()).unwrap();
    journal.begin("a", IDENTITY, "up", 4, None).unwrap();
    let path = journal.path.clone();
    drop(journal);
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("\"started\":").unwrap() + 10;
    let end = start + text[start..].find('}').unwrap();
    std::fs::write(&path, format!("{}1000{}", &text[..start], &text[end..])).unwrap();
    let (_, earlier) = Journal::open(dir.path(), &subject()).unwrap();
    assert!(earlier.open.is_empty() && earlier.refused.is_some());
    std::fs::write(&path, b"\0\0\0 no journal").unwrap();
    let (_, earlier) = Journal::open(dir.path(), &subject()).unwrap();
    assert!(earlier.open.is_empty());
}

#[test]
fn puts_that_were_interrupted_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(pending_puts(dir.path()).unwrap(), []);
    let (journal, _) = Journal::open(dir.path(), &subject()).unwrap();
    journal.done("c", IDENTITY).unwrap();
    let put = |running| {
        let mut all = pending_puts(dir.path()).unwrap();
        let put = all.pop().unwrap();
        assert_eq!((all.len(), put.running), (0, running));
        put
    };
    let listed = put(true);
    assert_eq!((listed.files_sent, listed.bytes_sent), (1, 9));
    assert_eq!(
        (listed.source.as_str(), listed.target.as_str()),
        ("/data", "dlz-user-container/in")
    );
    drop(journal);
    assert_eq!(put(false).id, listed.id);
    std::fs::write(dir.path().join("dlz/put-x.jsonl"), "nonsense").unwrap();
    put(false);
}
