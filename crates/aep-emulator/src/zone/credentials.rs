//! What the landing-zone calls say about a zone.

use serde_json::{Value, json};

use super::disk::Bucket;
use super::keys::{Key, shows_client};
use super::place::bucket_of;
use super::{Place, TTL_DAYS, Zone, ZoneError, ZoneType};
use crate::gateway::Caller;

/// The name by which clients tell an Amazon zone from an Azure one.
const AMAZON: &str = "Amazon S3";

fn path(sandbox: &str, kind: ZoneType) -> Value {
    json!({"bucketName": bucket_of(sandbox), "dlzFolder": kind.folder()})
}

impl Zone {
    /// Where the zone is and how long files stay.
    pub(crate) fn described(&self, caller: &Caller, kind: ZoneType) -> Value {
        if self.azure.is_some() {
            let days = TTL_DAYS.to_string();
            return json!({"containerName": kind.container(), "containerTTL": days});
        }
        json!({
            "dlzPath": path(&caller.sandbox, kind),
            "dataTTL": {"timeUnit": "days", "timeQuantity": TTL_DAYS},
            "dlzProvider": AMAZON,
        })
    }

    /// What opens the zone. On Amazon new keys at every call, while older ones stay good until they expire; on Azure the
    /// one token there is.
    pub(crate) async fn credentials(
        &self,
        caller: &Caller,
        kind: ZoneType,
    ) -> Result<Value, ZoneError> {
        if let Some(azure) = &self.azure {
            return azure.credentials(&caller.sandbox, kind, false).await;
        }
        let (place, now) = (Place::landing(&caller.sandbox, kind), self.disk.now());
        let issued = self
            .disk
            .write_any(move |tx| -> Result<_, ZoneError> { Ok(Key::issue(tx, &place, now)?) })
            .await?;
        let mut credentials = json!({
            "awsAccessKeyId": issued.id,
            "awsSecretAccessKey": issued.key.secret,
            "awsSessionToken": issued.key.token,
        });
        if shows_client(kind) {
            credentials["clientId"] = json!(caller.client_id);
        }
        Ok(json!({
            "credentials": credentials,
            "dlzPath": path(&caller.sandbox, kind),
            "dlzProvider": AMAZON,
            "expiryTime": issued.key.expires.unwrap_or_default() / 1000,
        }))
    }

    /// Ends the credentials there are and answers new ones; `None` where that is not offered.
    pub(crate) async fn refresh(
        &self,
        caller: &Caller,
        kind: ZoneType,
    ) -> Result<Option<Value>, ZoneError> {
        match &self.azure {
            Some(azure) => azure
                .credentials(&caller.sandbox, kind, true)
                .await
                .map(Some),
            None => Ok(None),
        }
    }

    /// Makes a bucket that is no landing zone, and a key that opens it. Of one that is there only the key is new.
    pub(crate) async fn make_bucket(&self, name: &str) -> Result<Made, ZoneError> {
        let (name, now) = (name.to_owned(), self.disk.now());
        self.disk
            .write_any(move |tx| {
                let is_new = Bucket::make(tx, &name, now)?;
                let issued = Key::issue(tx, &Place::bucket(&name), now)?;
                Ok(Made {
                    is_new,
                    key_id: issued.id,
                    secret: issued.key.secret,
                })
            })
            .await
    }
}

/// A bucket made by hand.
pub(crate) struct Made {
    pub(crate) is_new: bool,
    pub(crate) key_id: String,
    pub(crate) secret: String,
}
