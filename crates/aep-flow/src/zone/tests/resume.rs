//! Puts that were interrupted.

use aep_core::ErrorKind;

use super::{content, world};

#[tokio::test]
async fn only_the_missing_parts_are_sent_again() {
    let world = world();
    let file = world.file("f", &content(10_000));
    world.store.fail_after(4);
    let error = world.put(&file, "k").await.unwrap_err();
    assert!(error.hint_text().unwrap().contains("again"));
    assert_eq!(world.journals(), 1);
    let before = world.store.parts();
    world.store.mend();
    let report = world.put(&file, "k").await.unwrap();
    assert!(world.content("k").await == content(10_000));
    assert_eq!((world.store.parts(), world.store.uploads()), (10, 1));
    assert_eq!(report.bytes_sent, (10 - before as u64) * 1_000);
    assert_eq!(report.files[0].bytes_kept, before as u64 * 1_000);
    assert!(report.notes[0].contains("continued"));
    assert_eq!(world.journals(), 0);
}

#[tokio::test]
async fn a_changed_file_begins_anew_and_says_so() {
    let world = world();
    let file = world.file("f", &content(10_000));
    world.store.fail_after(4);
    world.put(&file, "k").await.unwrap_err();
    world.store.mend();
    let other: Vec<u8> = content(9_500).into_iter().rev().collect();
    std::fs::write(&file, &other).unwrap();
    let report = world.put(&file, "k").await.unwrap();
    assert!(world.content("k").await == other);
    assert_eq!(report.bytes_sent, 9_500);
    assert!(report.notes.iter().any(|note| note.contains("changed")));
}

#[tokio::test]
async fn a_directory_goes_on_with_the_files_that_are_missing() {
    let world = world();
    for number in 0..50 {
        world.file(&format!("data/{number:02}"), &content(number + 1));
    }
    world.store.fail_after(20);
    world.put(&world.path("data"), "in").await.unwrap_err();
    assert_eq!(world.store.puts(), 20);
    world.store.mend();
    // one of those that were there is gone meanwhile
    let gone = world.list("in/").await[0].key.clone();
    crate::zone::delete::delete(&world.backend, std::slice::from_ref(&gone))
        .await
        .unwrap();
    let report = world.put(&world.path("data"), "in").await.unwrap();
    assert_eq!(report.files.len(), 50);
    assert_eq!(world.list("in/").await.len(), 50);
    let sent = report
        .files
        .iter()
        .filter(|file| file.bytes_sent > 0)
        .count();
    // what was in flight when it failed may be sent twice, the rest not
    assert!((31..=31 + 16).contains(&sent), "{sent}");
    assert!(
        report
            .files
            .iter()
            .any(|file| file.key == gone && file.bytes_sent > 0)
    );
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_up() {
    let world = world();
    let file = world.file("f", &content(5_000));
    world.store.lose_completes(1);
    world.put(&file, "k").await.unwrap();
    assert_eq!((world.store.uploads(), world.store.parts()), (1, 5));
    assert!(world.content("k").await == content(5_000));
}

#[tokio::test]
async fn a_put_that_is_complete_is_done_again_by_whoever_asks() {
    let world = world();
    let file = world.file("f", &content(5_000));
    for _ in 0..2 {
        world.put(&file, "k").await.unwrap();
    }
    assert_eq!(world.store.uploads(), 2);
}

#[tokio::test]
async fn two_at_the_same_put_do_not_mix() {
    let world = world();
    let file = world.file("f", &content(5_000));
    world.store.fail_after(2);
    world.put(&file, "k").await.unwrap_err();
    world.store.mend();
    let journal = std::fs::read_dir(world.path("state/dlz"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let held = std::fs::File::open(journal.path()).unwrap();
    held.try_lock().unwrap();
    let error = world.put(&file, "k").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    // another place is another put
    world.put(&file, "other").await.unwrap();
    drop(held);
    world.put(&file, "k").await.unwrap();
}

#[tokio::test]
async fn without_a_state_directory_nothing_is_written() {
    let world = world();
    let file = world.file("f", &content(5_000));
    let mut options = world.options();
    options.state_dir = None;
    world.put_with(&file, "k", options).await.unwrap();
    assert!(!world.path("state").exists());
}
