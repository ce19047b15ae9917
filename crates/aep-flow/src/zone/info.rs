//! What a landing zone is: where it lies, and how long files stay.

use aep_core::Result;
use serde::Serialize;
use serde_json::Value;

use super::wire::{self, Object, missing, text};
use super::{LandingZone, ZoneType};

/// Whose storage a landing zone lies in; it follows the cloud that the organisation is hosted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Azure Blob Storage, with a shared access signature.
    Azure,
    /// Amazon S3, with temporary keys.
    S3,
}

impl Provider {
    /// `dlzProvider` is `Amazon S3` there, and absent or another on Azure.
    pub(super) fn of(answer: &Object) -> Self {
        match text(answer, &["dlzProvider"]) {
            Some("Amazon S3") => Self::S3,
            _ => Self::Azure,
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Azure => "Azure Blob Storage",
            Self::S3 => "Amazon S3",
        }
    }
}

/// Where the files of a landing zone lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Place {
    /// A container of Azure's.
    Azure {
        /// The container, such as `dlz-user-container`.
        container: String,
    },
    /// A folder in a bucket of Amazon's.
    S3 {
        /// The bucket.
        bucket: String,
        /// The folder in it; the zone's keys are below.
        folder: String,
    },
}

impl Place {
    /// Container or bucket.
    pub fn container(&self) -> &str {
        match self {
            Self::Azure { container } => container,
            Self::S3 { bucket, .. } => bucket,
        }
    }

    /// The folder that all keys are below; empty on Azure.
    pub fn folder(&self) -> &str {
        match self {
            Self::Azure { .. } => "",
            Self::S3 { folder, .. } => folder,
        }
    }

    pub(super) fn read(answer: &Object) -> Result<Self> {
        Ok(match Provider::of(answer) {
            Provider::Azure => Self::Azure {
                container: text(answer, &["containerName"])
                    .ok_or_else(|| missing("containerName"))?
                    .to_owned(),
            },
            Provider::S3 => Self::S3 {
                bucket: text(answer, &["dlzPath", "bucketName"])
                    .ok_or_else(|| missing("dlzPath.bucketName"))?
                    .to_owned(),
                folder: text(answer, &["dlzPath", "dlzFolder"])
                    .unwrap_or_default()
                    .trim_matches('/')
                    .to_owned(),
            },
        })
    }
}

/// How long a file stays before the platform deletes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ttl {
    /// How many of the unit.
    pub quantity: u64,
    /// The unit, `days` as published.
    pub unit: String,
}

/// What a landing zone is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ZoneInfo {
    /// Which of the sandbox's zones.
    #[serde(rename = "type")]
    pub zone: ZoneType,
    /// Whose storage it is.
    pub provider: Provider,
    /// Where the files lie.
    #[serde(flatten)]
    pub place: Place,
    /// How long they stay, if the answer says so.
    pub ttl: Option<Ttl>,
}

impl LandingZone {
    /// What this zone is.
    ///
    /// # Errors
    ///
    /// What the API answers ([`Forbidden`](aep_core::ErrorKind::Forbidden) without the permission Manage Sources), and
    /// [`Protocol`](aep_core::ErrorKind::Protocol) if the answer names neither container nor bucket.
    pub async fn info(&self) -> Result<ZoneInfo> {
        let answer = wire::info(self.client(), self.zone()).await?;
        Ok(ZoneInfo {
            zone: self.zone(),
            provider: Provider::of(&answer),
            place: Place::read(&answer)?,
            ttl: ttl(&answer),
        })
    }

    /// The name under which the platform knows this storage: the container on Azure, the folder in the bucket on S3.
    ///
    /// # Errors
    ///
    /// As [`info`](Self::info).
    pub async fn storage_name(&self) -> Result<String> {
        Ok(match self.info().await?.place {
            Place::Azure { container } => container,
            Place::S3 { folder, .. } => folder,
        })
    }

    /// How long files stay.
    ///
    /// # Errors
    ///
    /// As [`info`](Self::info), and [`Protocol`](aep_core::ErrorKind::Protocol) if the answer does not say.
    pub async fn ttl(&self) -> Result<Ttl> {
        self.info()
            .await?
            .ttl
            .ok_or_else(|| missing("containerTTL"))
    }
}

/// `containerTTL` is a text with days, `dataTTL` an object with a unit.
fn ttl(answer: &Object) -> Option<Ttl> {
    let number = |value: &Value| match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    if let Some(quantity) = answer.get("containerTTL").and_then(number) {
        return Some(Ttl {
            quantity,
            unit: "days".to_owned(),
        });
    }
    let data = answer.get("dataTTL")?;
    Some(Ttl {
        quantity: data.get("timeQuantity").and_then(number)?,
        unit: data
            .get("timeUnit")
            .and_then(Value::as_str)
            .unwrap_or("days")
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Object {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn both_answers_are_read() {
        let azure = object(&json!({"containerName": "dlz-user-container", "containerTTL": "7"}));
        assert_eq!(Provider::of(&azure), Provider::Azure);
        assert_eq!(
            (
                Place::read(&azure).unwrap().container(),
                ttl(&azure).unwrap().quantity
            ),
            ("dlz-user-container", 7)
        );
        let s3 = object(&json!({
            "dlzPath": {"bucketName": "dlz-prod", "dlzFolder": "/dlz-adf/"},
            "dataTTL": {"timeUnit": "hours", "timeQuantity": 90},
            "dlzProvider": "Amazon S3"
        }));
        let place = Place::read(&s3).unwrap();
        assert_eq!((place.container(), place.folder()), ("dlz-prod", "dlz-adf"));
        assert_eq!(ttl(&s3).unwrap().unit, "hours");
        let other =
            object(&json!({"containerName": "c", "containerTTL": 9, "dlzProvider": "Azure"}));
        assert_eq!(Provider::of(&other), Provider::Azure);
        assert_eq!(ttl(&other).unwrap().quantity, 9);
        assert!(Place::read(&object(&json!({"dlzProvider": "Amazon S3"}))).is_err());
        assert_eq!(ttl(&object(&json!({}))), None);
    }
}
