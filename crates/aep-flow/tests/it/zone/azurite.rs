//! The same zone on Azure: a real Azurite behind the emulator, with real signatures. Skipped where there is none.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use aep_core::{Client, ErrorKind, Settings};
use aep_emulator::{Emulator, ZoneKind};
use aep_flow::zone::{
    Direction, EnvFormat, GetOptions, GetTarget, Provider, PutSource, SyncOptions,
};
use aep_flow::{FlowService, ZoneType};
use futures::TryStreamExt;
use tempfile::TempDir;

use super::{Landing, content};
use crate::world::World;

const PART: usize = 4 * 1024 * 1024;

/// `None` where the variable names no Azurite.
#[expect(
    clippy::disallowed_methods,
    reason = "what the person who runs the tests has installed"
)]
async fn landing() -> Option<Landing> {
    let Some(azurite) = std::env::var_os("AEP_TEST_AZURITE") else {
        eprintln!("skipped: AEP_TEST_AZURITE names no Azurite");
        return None;
    };
    let kind = ZoneKind::Azure {
        azurite: Some(azurite.into()),
    };
    let emulator = Emulator::builder().zone(kind).start().await.unwrap();
    let settings = Settings::local(emulator.url().parse().unwrap());
    let flow = FlowService::new(Client::new(settings).unwrap());
    Some(Landing {
        zone: flow.landing_zone(ZoneType::UserDropZone),
        world: World { emulator, flow },
        dir: TempDir::new().unwrap(),
    })
}

#[tokio::test]
async fn everything_works_on_azure_too() {
    let Some(landing) = landing().await else {
        return;
    };
    let info = landing.zone.info().await.unwrap();
    assert_eq!(info.provider, Provider::Azure);
    assert!(
        landing
            .zone
            .sas_uri()
            .await
            .unwrap()
            .expose()
            .starts_with("http")
    );
    assert_eq!(
        landing.zone.s3_keys().await.unwrap_err().kind(),
        ErrorKind::Usage
    );
    landing.zone.env(EnvFormat::Duckdb).await.unwrap();
    // Azurite refuses Azure's checksum unless it is told to be loose.
    for size in [0, 10, PART + 1, 2 * PART + 5] {
        let file = landing.file("f", &content(size));
        let options = landing.options();
        let key = format!("in/Zoë 日本 100%/{size}");
        landing
            .zone
            .put(PutSource::path(file), &key, options)
            .join()
            .await
            .unwrap();
        let to = landing.path(&format!("out/{size}"));
        let mut options = GetOptions::default();
        options.range = 3_000_000;
        landing
            .zone
            .get(&key, GetTarget::file(&to), options)
            .join()
            .await
            .unwrap();
        assert!(std::fs::read(&to).unwrap() == content(size), "{size}");
    }
    let all: Vec<_> = landing.zone.list("in/").try_collect().await.unwrap();
    assert_eq!(all.len(), 4);
    let report = landing
        .zone
        .sync(
            Direction::Down,
            landing.path("copy"),
            "in",
            SyncOptions::default(),
        )
        .join()
        .await
        .unwrap();
    assert_eq!(report.steps.len(), 4);
    landing.zone.delete(&[all[0].key.clone()]).await.unwrap();
    assert_eq!(landing.zone.delete_folder("in").await.unwrap(), 3);
    let left: Vec<_> = landing.zone.list("").try_collect().await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn a_signature_that_was_replaced_elsewhere_is_asked_for_again() {
    let Some(landing) = landing().await else {
        return;
    };
    let put = async |name: &str, size: usize| {
        let file = landing.file(name, &content(size));
        landing
            .zone
            .put(PutSource::path(file), name, landing.options())
            .join()
            .await
    };
    put("first", 10).await.unwrap();
    let other = landing.world.flow.landing_zone(ZoneType::UserDropZone);
    let refreshed = other.refresh().await.unwrap();
    assert!(refreshed.warning.contains("stopped working"));
    put("second", 2 * PART).await.unwrap();
    assert!(landing.zone.read("second", u64::MAX).await.unwrap() == content(2 * PART));
}

#[tokio::test]
async fn an_interrupted_put_goes_on_with_its_blocks() {
    let Some(landing) = landing().await else {
        return;
    };
    let file = landing.file("f", &content(16 * PART));
    let mut options = landing.options();
    options.concurrency = 1;
    let put = landing
        .zone
        .put(PutSource::path(&file), "k", options.clone());
    let mut progress = put.progress();
    progress
        .wait_for(|now| now.bytes_done >= 3 * PART as u64)
        .await
        .unwrap();
    put.cancel();
    assert_eq!(put.join().await.unwrap_err().kind(), ErrorKind::Cancelled);
    let report = landing
        .zone
        .put(PutSource::path(&file), "k", options)
        .join()
        .await
        .unwrap();
    let kept = report.files[0].bytes_kept;
    assert!(
        kept >= 3 * PART as u64 && report.bytes_sent + kept == 16 * PART as u64,
        "{report:?}"
    );
    assert!(landing.zone.read("k", u64::MAX).await.unwrap() == content(16 * PART));
}
