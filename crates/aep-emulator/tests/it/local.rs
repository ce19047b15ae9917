//! Processes that share a data directory.

use aep_emulator::{Emulator, EmulatorError, open_local};

#[tokio::test]
async fn one_emulator_at_a_time_owns_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let first = Emulator::builder()
        .data_dir(dir.path())
        .start()
        .await
        .unwrap();
    let second = Emulator::builder().data_dir(dir.path()).start().await;
    assert!(matches!(second, Err(EmulatorError::Locked { .. })));
    first.stop().await;
    Emulator::builder()
        .data_dir(dir.path())
        .start()
        .await
        .unwrap()
        .stop()
        .await;
}

#[tokio::test]
async fn a_short_command_joins_a_server_that_announced_itself() {
    let dir = tempfile::tempdir().unwrap();
    let server = Emulator::builder()
        .data_dir(dir.path())
        .announce(true)
        .start()
        .await
        .unwrap();
    let joined = open_local(dir.path()).await.unwrap();
    assert!(joined.is_elsewhere());
    assert_eq!(joined.url(), server.url());
    joined.stop().await;
    let status = format!("{}/__emulator/status", server.url());
    assert!(reqwest::get(&status).await.unwrap().status().is_success());
    server.stop().await;
    // The note is gone with the server: the next command opens the directory itself.
    assert!(!open_local(dir.path()).await.unwrap().is_elsewhere());
}

#[tokio::test]
async fn a_short_command_waits_for_another_one() {
    let dir = tempfile::tempdir().unwrap();
    let first = open_local(dir.path()).await.unwrap();
    let path = dir.path().to_owned();
    let second = tokio::spawn(async move { open_local(&path).await });
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(!second.is_finished());
    first.stop().await;
    assert!(!second.await.unwrap().unwrap().is_elsewhere());
}

#[tokio::test]
async fn a_note_left_by_a_killed_server_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    // Its port belongs to an emulator with another directory by now, and a short command owns this one.
    let stranger = Emulator::builder().start().await.unwrap();
    std::fs::write(
        dir.path().join("server"),
        format!("{} 8e2f", stranger.addr()),
    )
    .unwrap();
    let owner = open_local(dir.path()).await.unwrap();
    assert!(!owner.is_elsewhere());
    let path = dir.path().to_owned();
    let waiting = tokio::spawn(async move { open_local(&path).await });
    let asked = || {
        stranger
            .requests()
            .all()
            .iter()
            .any(|seen| seen.path == "/__emulator/status")
    };
    while !asked() {
        tokio::task::yield_now().await;
    }
    owner.stop().await;
    let opened = waiting.await.unwrap().unwrap();
    assert!(!opened.is_elsewhere());
    assert_ne!(opened.url(), stranger.url());
}
