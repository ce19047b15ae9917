//! The keys to the zone's storage.

use std::fmt;

use aep_core::{Error, ErrorKind, Result, Secret, Url};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::LandingZone;
use super::info::{Place, Provider};
use super::wire::{self, Object, missing, text};

/// What opens the zone's storage, for a time. `Debug` shows no secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ZoneCredentials {
    /// A shared access signature of Azure's.
    Azure(AzureCredentials),
    /// Temporary keys of Amazon's.
    S3(S3Credentials),
}

/// A shared access signature for one container.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AzureCredentials {
    /// The container.
    pub container: String,
    /// The storage account as the answer names it. The address in [`sas_uri`](Self::sas_uri) is what counts.
    pub account: String,
    /// Address of the container with the signature in its query.
    pub sas_uri: Secret<String>,
    /// The signature alone, percent-encoded, without a `?` in front.
    pub sas_token: Secret<String>,
    /// When it stops working, if the answer says so. A date without a time is its first moment in UTC.
    pub expires: Option<Timestamp>,
}

/// Temporary keys for one folder of a bucket.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct S3Credentials {
    /// The bucket.
    pub bucket: String,
    /// The folder in the bucket that the zone is.
    pub folder: String,
    /// The access key's id.
    pub access_key_id: Secret<String>,
    /// The access key.
    pub secret_access_key: Secret<String>,
    /// The token that makes them temporary.
    pub session_token: Secret<String>,
    /// When they stop working, if the answer says so.
    pub expires: Option<Timestamp>,
}

/// What [`LandingZone::refresh`] has done.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refreshed {
    /// The credentials from now on.
    pub credentials: ZoneCredentials,
    /// What else changed: on Azure the earlier signature has stopped working, for everybody who uses it. Amazon's keys
    /// are not replaced; new ones were handed out, and the earlier ones work until they expire.
    pub warning: &'static str,
}

const REPLACED: &str = "the earlier credentials of this zone have stopped working: whatever uses them needs the new ones";
const REPEATED: &str = "on Amazon S3 credentials cannot be replaced: these are new ones, and the earlier ones work \
                        until they expire";

impl ZoneCredentials {
    pub(super) fn read(answer: &Object) -> Result<Self> {
        match Provider::of(answer) {
            Provider::Azure => azure(answer).map(Self::Azure),
            Provider::S3 => s3(answer).map(Self::S3),
        }
    }

    /// Whose storage they open.
    pub const fn provider(&self) -> Provider {
        match self {
            Self::Azure(_) => Provider::Azure,
            Self::S3(_) => Provider::S3,
        }
    }

    /// When they stop working, if that is known.
    pub const fn expires(&self) -> Option<Timestamp> {
        match self {
            Self::Azure(azure) => azure.expires,
            Self::S3(s3) => s3.expires,
        }
    }

    pub(super) fn place(&self) -> Place {
        match self {
            Self::Azure(azure) => Place::Azure {
                container: azure.container.clone(),
            },
            Self::S3(s3) => Place::S3 {
                bucket: s3.bucket.clone(),
                folder: s3.folder.clone(),
            },
        }
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Azure(one), Self::Azure(two)) => one.sas_uri == two.sas_uri,
            (Self::S3(one), Self::S3(two)) => {
                one.secret_access_key == two.secret_access_key
                    && one.session_token == two.session_token
            }
            _ => false,
        }
    }

    /// The credentials as a document with the API's field names. Secrets are `[redacted]` unless `secrets` is set: then the
    /// document must go nowhere but to the person who asked for it.
    pub fn document(&self, secrets: bool) -> Value {
        let show = |secret: &Secret<String>| {
            Value::from(if secrets {
                secret.expose().as_str()
            } else {
                "[redacted]"
            })
        };
        let mut object = Map::new();
        match self {
            Self::Azure(azure) => {
                object.insert("containerName".into(), json!(azure.container));
                object.insert("storageAccountName".into(), json!(azure.account));
                object.insert("SASUri".into(), show(&azure.sas_uri));
                object.insert("SASToken".into(), show(&azure.sas_token));
            }
            Self::S3(s3) => {
                object.insert(
                    "dlzPath".into(),
                    json!({"bucketName": s3.bucket, "dlzFolder": s3.folder}),
                );
                object.insert(
                    "credentials".into(),
                    json!({
                        "awsAccessKeyId": show(&s3.access_key_id),
                        "awsSecretAccessKey": show(&s3.secret_access_key),
                        "awsSessionToken": show(&s3.session_token),
                    }),
                );
                object.insert("dlzProvider".into(), json!(Provider::S3.name()));
            }
        }
        if let Some(expires) = self.expires() {
            object.insert("expires".into(), json!(expires.to_string()));
        }
        Value::Object(object)
    }
}

impl LandingZone {
    /// The present credentials, asked for now. Later calls of this zone use them.
    ///
    /// # Errors
    ///
    /// What the API answers, and [`Protocol`](ErrorKind::Protocol) if the answer lacks something.
    pub async fn credentials(&self) -> Result<ZoneCredentials> {
        let answer = wire::credentials(self.client(), self.zone()).await?;
        let credentials = ZoneCredentials::read(&answer)?;
        self.keyring().replace(credentials.clone()).await;
        Ok(credentials)
    }

    /// Replaces the credentials. On Azure **the earlier ones stop working at once, for everybody who uses them**: see
    /// [`Refreshed::warning`]. For an organisation on Amazon this is not offered, so that new ones are merely asked for.
    ///
    /// # Errors
    ///
    /// As [`credentials`](Self::credentials). If the connection broke after the request, whether they were replaced is not
    /// known ([`Error::outcome_is_unknown`]): ask for the present ones.
    pub async fn refresh(&self) -> Result<Refreshed> {
        self.guard().await?;
        if self.info().await?.provider == Provider::S3 {
            return Ok(Refreshed {
                credentials: self.credentials().await?,
                warning: REPEATED,
            });
        }
        let answer = wire::refresh(self.client(), self.zone()).await?;
        let credentials = ZoneCredentials::read(&answer)?;
        self.keyring().replace(credentials.clone()).await;
        Ok(Refreshed {
            credentials,
            warning: REPLACED,
        })
    }

    /// The address of the container with the signature in it.
    ///
    /// # Errors
    ///
    /// [`Usage`](ErrorKind::Usage) if the zone lies on Amazon's S3, and as [`credentials`](Self::credentials).
    pub async fn sas_uri(&self) -> Result<Secret<String>> {
        Ok(self.azure("read the SAS URI").await?.sas_uri)
    }

    /// The signature alone.
    ///
    /// # Errors
    ///
    /// As [`sas_uri`](Self::sas_uri).
    pub async fn sas_token(&self) -> Result<Secret<String>> {
        Ok(self.azure("read the SAS token").await?.sas_token)
    }

    /// The temporary keys of a zone on Amazon's S3.
    ///
    /// # Errors
    ///
    /// [`Usage`](ErrorKind::Usage) if the zone lies on Azure, and as [`credentials`](Self::credentials).
    pub async fn s3_keys(&self) -> Result<S3Credentials> {
        match &*self.keyring().current().await?.credentials {
            ZoneCredentials::S3(s3) => Ok(s3.clone()),
            ZoneCredentials::Azure(_) => Err(self
                .other("read the keys", "Azure Blob Storage")
                .hint("ask for the SAS URI")),
        }
    }

    /// Where the container's name is unique: the storage account on Azure, the bucket on S3.
    ///
    /// # Errors
    ///
    /// As [`credentials`](Self::credentials).
    pub async fn namespace(&self) -> Result<String> {
        Ok(match &*self.keyring().current().await?.credentials {
            ZoneCredentials::Azure(azure) => azure.account.clone(),
            ZoneCredentials::S3(s3) => s3.bucket.clone(),
        })
    }

    async fn azure(&self, doing: &'static str) -> Result<AzureCredentials> {
        match &*self.keyring().current().await?.credentials {
            ZoneCredentials::Azure(azure) => Ok(azure.clone()),
            ZoneCredentials::S3(_) => Err(self
                .other(doing, "Amazon S3")
                .hint("it has keys instead: `aep dlz credentials`")),
        }
    }

    fn other(&self, doing: &'static str, provider: &str) -> Error {
        Error::new(ErrorKind::Usage, format!("{doing} of the landing zone"))
            .with("type", self.zone())
            .because(format!(
                "this organisation's landing zone lies on {provider}"
            ))
    }
}

fn azure(answer: &Object) -> Result<AzureCredentials> {
    let secret = |field: &'static str| {
        text(answer, &[field])
            .map(|text| Secret::new(text.to_owned()))
            .ok_or_else(|| missing(field))
    };
    let sas_uri = secret("SASUri")?;
    let uri = Url::parse(sas_uri.expose()).map_err(|_| missing("SASUri"))?;
    let sas_token = match secret("SASToken") {
        Ok(token) => token,
        Err(_) => Secret::new(uri.query().unwrap_or_default().to_owned()),
    };
    let container = text(answer, &["containerName"])
        .or_else(|| uri.path().rsplit('/').find(|part| !part.is_empty()))
        .ok_or_else(|| missing("containerName"))?
        .to_owned();
    let host = uri.host_str().unwrap_or_default();
    let account = text(answer, &["storageAccountName"])
        .unwrap_or_else(|| host.split('.').next().unwrap_or(host))
        .to_owned();
    Ok(AzureCredentials {
        container,
        account,
        sas_uri,
        sas_token,
        expires: text(answer, &["expiryDate"]).and_then(moment),
    })
}

fn s3(answer: &Object) -> Result<S3Credentials> {
    let secret = |field: &'static str| {
        text(answer, &["credentials", field])
            .map(|text| Secret::new(text.to_owned()))
            .ok_or_else(|| missing(field))
    };
    let place = Place::read(answer)?;
    Ok(S3Credentials {
        bucket: place.container().to_owned(),
        folder: place.folder().to_owned(),
        access_key_id: secret("awsAccessKeyId")?,
        secret_access_key: secret("awsSecretAccessKey")?,
        session_token: secret("awsSessionToken")?,
        expires: answer.get("expiryTime").and_then(epoch),
    })
}

/// A date, or a moment.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let date: Date = text.parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Seconds since 1970; a figure that large can only be milliseconds.
fn epoch(value: &Value) -> Option<Timestamp> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_i64()?,
    };
    if number >= 100_000_000_000 {
        Timestamp::from_millisecond(number).ok()
    } else {
        Timestamp::from_second(number).ok()
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    fn read(value: &Value) -> Result<ZoneCredentials> {
        ZoneCredentials::read(value.as_object().unwrap())
    }

    #[test]
    fn the_answer_for_azure() {
        let credentials = read(&json!({
            "containerName": "dlz-user-container",
            "SASToken": "sv=2020-04-08&si=dlz-1&sr=c&sp=racwdlm&sig=CANARY%3D",
            "storageAccountName": "other",
            "SASUri": "https://account.blob.core.windows.net/dlz-user-container?sv=2020-04-08&si=dlz-1&sr=c&sp=racwdlm&sig=CANARY%3D",
            "expiryDate": "2026-01-06"
        }))
        .unwrap();
        let ZoneCredentials::Azure(azure) = &credentials else {
            panic!("not Azure")
        };
        assert_eq!(azure.container, "dlz-user-container");
        assert_eq!(azure.expires.unwrap().to_string(), "2026-01-06T00:00:00Z");
        assert!(!format!("{credentials:?} {}", credentials.document(false)).contains("CANARY"));
        assert!(
            credentials.document(true)["SASUri"]
                .as_str()
                .unwrap()
                .contains("CANARY")
        );
    }

    #[test]
    fn the_answer_for_amazon() {
        let credentials = read(&json!({
            "credentials": {"awsAccessKeyId": "CANARY1", "awsSecretAccessKey": "CANARY2", "awsSessionToken": "CANARY3"},
            "dlzPath": {"bucketName": "b", "dlzFolder": "f"},
            "dlzProvider": "Amazon S3",
            "expiryTime": 1_767_225_599
        }))
        .unwrap();
        assert_eq!(credentials.provider(), Provider::S3);
        assert_eq!(
            credentials.expires().unwrap().to_string(),
            "2025-12-31T23:59:59Z"
        );
        assert_eq!(epoch(&json!(1_767_225_599_000_i64)), credentials.expires());
        assert!(!format!("{credentials:?} {}", credentials.document(false)).contains("CANARY"));
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        let error =
            read(&json!({"containerName": "c", "SASUri": "no CANARY address"})).unwrap_err();
        assert!(error.to_string().contains("SASUri"));
        assert!(!error.report().to_string().contains("CANARY"));
        let error = read(
            &json!({"dlzProvider": "Amazon S3", "dlzPath": {"bucketName": "b"}, "credentials": {}}),
        )
        .unwrap_err();
        assert!(error.to_string().contains("awsAccessKeyId"));
    }
}
