//! What the platform says about a zone.

use aep_core::ErrorKind;
use aep_flow::ZoneType;
use aep_flow::zone::{
    EnvFormat, FileType, PreviewOptions, Provider, PutSource, ReadAs, ZoneCredentials,
};

use super::landing;

#[tokio::test]
async fn place_and_time() {
    let landing = landing().await;
    for kind in ZoneType::ALL {
        let zone = landing.world.flow.landing_zone(kind);
        let info = zone.info().await.unwrap();
        assert_eq!((info.zone, info.provider), (kind, Provider::S3));
        assert_eq!(zone.storage_name().await.unwrap(), info.place.folder());
        assert_eq!(zone.namespace().await.unwrap(), info.place.container());
        let ttl = zone.ttl().await.unwrap();
        assert_eq!((ttl.quantity, ttl.unit.as_str()), (7, "days"));
    }
}

#[tokio::test]
async fn credentials_are_hidden_and_a_refresh_says_what_it_did() {
    let landing = landing().await;
    let credentials = landing.zone.credentials().await.unwrap();
    let ZoneCredentials::S3(s3) = &credentials else {
        panic!("{credentials:?}")
    };
    let secret = s3.secret_access_key.expose().clone();
    assert!(!format!("{credentials:?} {}", credentials.document(false)).contains(&secret));
    assert!(credentials.document(true).to_string().contains(&secret));
    let refreshed = landing.zone.refresh().await.unwrap();
    assert!(refreshed.warning.contains("Amazon"));
    assert!(
        !landing
            .world
            .changes()
            .iter()
            .any(|change| change.contains("landingzone"))
    );
    for error in [
        landing.zone.sas_uri().await.unwrap_err(),
        landing.zone.sas_token().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.report().to_string().contains("Amazon S3"));
    }
    landing.zone.s3_keys().await.unwrap();
}

#[tokio::test]
async fn other_tools_are_told_everything() {
    let landing = landing().await;
    let keys = landing.zone.s3_keys().await.unwrap();
    for format in EnvFormat::ALL {
        let text = landing.zone.env(format).await.unwrap();
        assert!(
            text.expose().contains(keys.access_key_id.expose().as_str()),
            "{format:?}"
        );
        assert!(text.expose().contains(&keys.bucket), "{format:?}");
    }
}

#[tokio::test]
async fn what_was_put_is_seen_and_shown_by_the_platform() {
    let landing = landing().await;
    let file = landing.file("members.csv", b"id,name\n1,Zo\xc3\xab\n2,Ada\n");
    let put = landing
        .zone
        .put(PutSource::path(file), "in/", landing.options());
    put.join().await.unwrap();
    let root = landing.zone.explore(None).await.unwrap();
    assert_eq!((root.len(), root[0].kind.as_str()), (1, "folder"));
    let inside = landing.zone.explore(Some(&root[0].path)).await.unwrap();
    assert!(inside[0].can_preview, "{inside:?}");
    for read_as in [ReadAs::Detected, ReadAs::of(FileType::Delimited)] {
        let options = PreviewOptions {
            read_as,
            rows: true,
        };
        let preview = landing
            .zone
            .preview(&inside[0].path, options)
            .await
            .unwrap();
        assert_eq!(preview.data.len(), 2, "{preview:?}");
        assert_eq!(preview.data[0]["name"], "Zoë");
    }
    let other = landing.world.flow.landing_zone(ZoneType::DlzDestination);
    assert_eq!(
        other.explore(None).await.unwrap_err().kind(),
        ErrorKind::Usage
    );
}
