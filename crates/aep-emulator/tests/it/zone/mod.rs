//! The landing zone: its calls, and the storage behind them by a client that is not ours.

mod azure;
mod calls;
mod checksums;
mod clock;
mod explore;
mod objects;
mod refused;
mod uploads;

use std::sync::Arc;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use serde_json::Value;

use crate::support::World;

pub(crate) const ZONE: &str = "/data/foundation/connectors/landingzone";

/// The answer of `GET /credentials` for a type.
pub(crate) async fn credentials(world: &World, kind: &str) -> Value {
    world
        .get(&format!("{ZONE}/credentials?type={kind}"))
        .await
        .expect(200)
}

/// A client set up as the credentials say.
pub(crate) fn builder(world: &World, credentials: &Value) -> AmazonS3Builder {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let keys = &credentials["credentials"];
    AmazonS3Builder::new()
        .with_endpoint(world.emulator.url())
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name(text(&credentials["dlzPath"]["bucketName"]))
        .with_access_key_id(text(&keys["awsAccessKeyId"]))
        .with_secret_access_key(text(&keys["awsSecretAccessKey"]))
        .with_token(text(&keys["awsSessionToken"]))
        .with_retry(object_store::RetryConfig {
            max_retries: 0,
            ..object_store::RetryConfig::default()
        })
}

/// A client for the zone of source flows.
pub(crate) async fn store(world: &World) -> Arc<AmazonS3> {
    let credentials = credentials(world, "user_drop_zone").await;
    Arc::new(builder(world, &credentials).build().unwrap())
}

/// Bytes that do not repeat soon.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A key in the folder that the credentials open.
pub(crate) fn key(name: &str) -> object_store::path::Path {
    object_store::path::Path::parse(format!("dlz-adf-connectors/{name}")).unwrap()
}
