//! An organisation on Azure, with a real Azurite; skipped where there is none.

use std::time::Duration;

use aep_emulator::{Emulator, EmulatorError, ZoneKind};
use futures::TryStreamExt;
use object_store::azure::{MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart};
use serde_json::{Value, json};

use super::{ZONE, credentials, noise};
use crate::support::{World, send};

const DAY_MS: i64 = 86_400_000;

/// `None` where Azurite is neither on the path nor in the folder that this variable names.
async fn world(dir: Option<&std::path::Path>) -> Option<World> {
    let azurite = std::env::var_os("AEP_TEST_AZURITE").map(Into::into);
    let mut builder = Emulator::builder().zone(ZoneKind::Azure { azurite });
    if let Some(dir) = dir {
        builder = builder.data_dir(dir);
    }
    match builder.clone().start().await {
        Err(EmulatorError::Azurite(aep_emulator::AzuriteError::NotFound { .. })) => {
            eprintln!("skipped: Azurite is not installed");
            None
        }
        Err(error) => panic!("{error:?}"),
        Ok(probe) => {
            probe.stop().await;
            Some(World::with(builder).await)
        }
    }
}

fn store(credentials: &Value) -> MicrosoftAzure {
    let uri = url::Url::parse(credentials["SASUri"].as_str().unwrap()).unwrap();
    let pairs = uri.query_pairs().into_owned().collect::<Vec<_>>();
    let account = credentials["storageAccountName"].as_str().unwrap();
    MicrosoftAzureBuilder::new()
        .with_account(account)
        .with_container_name(credentials["containerName"].as_str().unwrap())
        .with_endpoint(format!("http://{}/{account}", uri.authority()))
        .with_allow_http(true)
        .with_sas_authorization(pairs)
        .with_retry(object_store::RetryConfig {
            max_retries: 0,
            ..object_store::RetryConfig::default()
        })
        .build()
        .unwrap()
}

async fn move_clock(world: &mut World, by: i64) {
    let clock = world.bare("POST", "/__emulator/clock");
    send(clock.json(&json!({"advanceMs": by})))
        .await
        .expect(200);
    world.token = world.new_token().await;
}

fn at(name: &str) -> object_store::path::Path {
    object_store::path::Path::parse(name).unwrap()
}

#[tokio::test]
async fn a_token_opens_the_container_until_it_is_refreshed() {
    let Some(world) = world(None).await else {
        return;
    };
    let described = world.get(&format!("{ZONE}?type=user_drop_zone")).await;
    assert_eq!(
        described.expect(200),
        json!({"containerName": "dlz-user-container", "containerTTL": "7"})
    );
    let old = credentials(&world, "user_drop_zone").await;
    let token = old["SASToken"].as_str().unwrap();
    assert!(
        token.starts_with("sv=2020-04-08&si=dlz-") && token.contains("&sr=c&sp=racwdlm&sig="),
        "{token}"
    );
    assert_eq!(old["expiryDate"].as_str().unwrap().len(), 10);
    // The same one as long as it is good.
    assert_eq!(credentials(&world, "user_drop_zone").await, old);
    let zone = store(&old);
    let bytes = noise(20 * 1024 * 1024);
    zone.put(&at("in/ä b.csv"), PutPayload::from_static(b"id\n1\n"))
        .await
        .unwrap();
    let upload = zone.put_multipart(&at("in/large")).await.unwrap();
    let mut upload = WriteMultipart::new(upload);
    upload.write(&bytes);
    upload.finish().await.unwrap();
    let got = zone.get(&at("in/large")).await.unwrap().bytes().await;
    assert!(got.unwrap() == bytes);
    let listed: Vec<_> = zone.list(None).try_collect().await.unwrap();
    assert_eq!(listed.len(), 2);

    let refresh = format!("{ZONE}/credentials?type=user_drop_zone&action=refresh");
    let new = send(world.request("POST", &refresh)).await.expect(200);
    assert_ne!(new["SASToken"], old["SASToken"]);
    assert!(zone.head(&at("in/large")).await.is_err());
    let zone = store(&new);
    zone.head(&at("in/large")).await.unwrap();
    let out = credentials(&world, "dlz_destination").await;
    assert!(out["expiryDate"].is_null());
    // A token is for its container.
    let mut other = new.clone();
    other["containerName"] = json!("dlz-destination");
    assert!(
        store(&other)
            .list(None)
            .try_collect::<Vec<_>>()
            .await
            .is_err()
    );
    world.emulator.stop().await;
}

#[tokio::test]
async fn tokens_and_files_end_by_the_emulators_clock() {
    let Some(mut world) = world(None).await else {
        return;
    };
    let old = credentials(&world, "user_drop_zone").await;
    let zone = store(&old);
    zone.put(&at("old"), PutPayload::from_static(b"x"))
        .await
        .unwrap();
    move_clock(&mut world, 6 * DAY_MS).await;
    zone.put(&at("young"), PutPayload::from_static(b"x"))
        .await
        .unwrap();
    move_clock(&mut world, DAY_MS).await;
    assert!(zone.head(&at("young")).await.is_err());
    let new = credentials(&world, "user_drop_zone").await;
    assert_ne!(new["SASToken"], old["SASToken"]);
    let zone = store(&new);
    let left: Vec<_> = zone.list(None).try_collect().await.unwrap();
    let left: Vec<_> = left.iter().map(|meta| meta.location.as_ref()).collect();
    assert_eq!(left, ["young"]);
    // Every sandbox has its own account.
    let other = world.request("GET", &format!("{ZONE}/credentials?type=user_drop_zone"));
    let prod = [("x-sandbox-name".parse().unwrap(), "prod".parse().unwrap())];
    let other = other.headers(prod.into_iter().collect());
    assert_ne!(
        send(other).await.json()["storageAccountName"],
        new["storageAccountName"]
    );
    send(world.bare("POST", "/__emulator/reset"))
        .await
        .expect(200);
    assert!(zone.list(None).try_collect::<Vec<_>>().await.is_err());
    world.token = world.new_token().await;
    let zone = store(&credentials(&world, "user_drop_zone").await);
    let left: Vec<_> = zone.list(None).try_collect().await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    world.emulator.stop().await;
}

#[tokio::test]
async fn files_outlive_the_server_and_the_server_ends_azurite() {
    let dir = tempfile::tempdir().unwrap();
    let Some(world) = world(Some(dir.path())).await else {
        return;
    };
    let before = credentials(&world, "user_drop_zone").await;
    store(&before)
        .put(&at("kept"), PutPayload::from_static(b"x"))
        .await
        .unwrap();
    world.emulator.stop().await;
    assert!(store(&before).head(&at("kept")).await.is_err());
    let azurite = std::env::var_os("AEP_TEST_AZURITE").map(Into::into);
    let builder = Emulator::builder()
        .zone(ZoneKind::Azure { azurite })
        .data_dir(dir.path());
    let world = World::with(builder).await;
    let after = credentials(&world, "user_drop_zone").await;
    assert_eq!(after["SASToken"], before["SASToken"]);
    store(&after).head(&at("kept")).await.unwrap();
    // Dropped without a stop, it ends too.
    drop(world);
    let zone = store(&after);
    let mut looks = 0;
    while zone.head(&at("kept")).await.is_ok() && looks < 600 {
        looks += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(looks < 600, "Azurite still runs");
}

#[tokio::test]
async fn without_azurite_the_start_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let kind = ZoneKind::Azure {
        azurite: Some(dir.path().join("nothing")),
    };
    let refused = Emulator::builder().zone(kind).start().await.unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(why.contains("npm install azurite"), "{why}");
}
