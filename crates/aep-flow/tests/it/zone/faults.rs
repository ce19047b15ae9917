//! Stores and networks that fail.

use std::time::Duration;

use aep_core::ErrorKind;
use aep_emulator::{Fault, FaultRule, When};
use aep_flow::zone::{GetOptions, GetTarget, PutSource};

use super::{content, landing};

const PART: usize = 5 * 1024 * 1024;

#[tokio::test]
async fn expired_credentials_are_replaced_in_the_middle() {
    let landing = landing().await;
    let put = async |name: &str, size| {
        let file = landing.file(name, &content(size));
        landing
            .zone
            .put(PutSource::path(file), name, landing.options())
            .join()
            .await
    };
    put("first", 10).await.unwrap();
    assert_eq!(landing.world.calls("getLandingZoneCredentials"), 1);
    // beyond the life of the keys, by the clock of the other side alone
    landing.emulator().clock().advance(Duration::from_hours(13));
    put("second", 3 * PART).await.unwrap();
    assert_eq!(landing.world.calls("getLandingZoneCredentials"), 2);
    landing.emulator().clock().advance(Duration::from_hours(13));
    assert_eq!(
        landing.zone.read("second", u64::MAX).await.unwrap().len(),
        3 * PART
    );
}

#[tokio::test]
async fn busy_and_broken_stores_are_asked_again() {
    for fault in [
        Fault::status(503),
        Fault::status(500),
        Fault::throttled(Duration::from_secs(1)),
        Fault::ResetBefore,
        Fault::ResetAfter,
    ] {
        let landing = landing().await;
        for operation in [
            "putObject",
            "uploadPart",
            "createMultipartUpload",
            "getObject",
        ] {
            landing
                .world
                .fault(FaultRule::new(operation, fault.clone()).first(1));
        }
        for (name, size) in [("small", 10), ("large", 2 * PART + 1)] {
            let file = landing.file(name, &content(size));
            let put = landing
                .zone
                .put(PutSource::path(file), name, landing.options());
            put.join().await.unwrap();
            let to = landing.path("out");
            let mut options = GetOptions::default();
            options.overwrite = true;
            landing
                .zone
                .get(name, GetTarget::file(&to), options)
                .join()
                .await
                .unwrap();
            assert!(
                std::fs::read(&to).unwrap() == content(size),
                "{fault:?} {name}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_to_complete_that_is_lost_is_looked_up() {
    let landing = landing().await;
    landing
        .world
        .fault(FaultRule::new("completeMultipartUpload", Fault::ResetAfter).first(1));
    let file = landing.file("f", &content(2 * PART));
    let report = landing
        .zone
        .put(PutSource::path(file), "k", landing.options())
        .join()
        .await
        .unwrap();
    assert_eq!(report.bytes_sent, 2 * PART as u64);
    assert_eq!(landing.world.calls("createMultipartUpload"), 1);
    assert_eq!(landing.world.calls("uploadPart"), 2);
    assert!(landing.zone.read("k", u64::MAX).await.unwrap() == content(2 * PART));
}

#[tokio::test]
async fn an_interrupted_put_sends_only_what_is_missing() {
    let landing = landing().await;
    let file = landing.file("f", &content(4 * PART));
    let mut options = landing.options();
    options.concurrency = 1;
    landing
        .world
        .fault(FaultRule::new("uploadPart", Fault::status(400)).when(When::Nth(3)));
    let put = landing
        .zone
        .put(PutSource::path(&file), "k", options.clone());
    let error = put.join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let text = error.report().to_string();
    assert!(text.contains("`k`"), "{text}");
    landing.emulator().faults().clear();
    let before = landing.world.calls("uploadPart");
    let report = landing
        .zone
        .put(PutSource::path(&file), "k", options)
        .join()
        .await
        .unwrap();
    assert_eq!(landing.world.calls("uploadPart") - before, 2);
    assert_eq!(report.files[0].bytes_kept, 2 * PART as u64);
    assert_eq!(landing.world.calls("createMultipartUpload"), 1);
    assert!(landing.zone.read("k", u64::MAX).await.unwrap() == content(4 * PART));
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_a_journal() {
    let landing = landing().await;
    let keys = landing.zone.s3_keys().await.unwrap();
    landing
        .world
        .fault(FaultRule::new("uploadPart", Fault::status(400)));
    let file = landing.file("f", &content(2 * PART));
    let put = landing
        .zone
        .put(PutSource::path(file), "k", landing.options());
    let error = put.join().await.unwrap_err();
    let mut seen = format!("{error:?} {} {:?}", error.report(), landing.zone);
    for entry in std::fs::read_dir(landing.path("state/dlz")).unwrap() {
        seen += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    for secret in [
        &keys.secret_access_key,
        &keys.session_token,
        &keys.access_key_id,
    ] {
        assert!(!seen.contains(secret.expose().as_str()));
    }
}
