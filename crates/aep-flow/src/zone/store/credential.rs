//! The keyring, as `object_store` wants to be given credentials.

use std::sync::Arc;

use async_trait::async_trait;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use object_store::azure::AzureCredential;
use object_store::client::{HttpError, HttpErrorKind};
use percent_encoding::percent_decode_str;

use super::error::Carried;
use crate::zone::ZoneCredentials;
use crate::zone::keyring::{Held, Keyring};

/// For Azure.
#[derive(Debug)]
pub(super) struct Sas(pub(super) Arc<Keyring>);

/// For Amazon.
#[derive(Debug)]
pub(super) struct Keys(pub(super) Arc<Keyring>);

#[async_trait]
impl CredentialProvider for Sas {
    type Credential = AzureCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AzureCredential>> {
        match &*held(&self.0, "MicrosoftAzure").await?.credentials {
            ZoneCredentials::Azure(azure) => {
                let query = azure
                    .sas_uri
                    .expose()
                    .split_once('?')
                    .map_or("", |(_, q)| q);
                Ok(Arc::new(AzureCredential::SASToken(pairs(query))))
            }
            ZoneCredentials::S3(_) => Err(moved("MicrosoftAzure")),
        }
    }
}

#[async_trait]
impl CredentialProvider for Keys {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        match &*held(&self.0, "S3").await?.credentials {
            ZoneCredentials::S3(s3) => Ok(Arc::new(AwsCredential {
                key_id: s3.access_key_id.expose().clone(),
                secret_key: s3.secret_access_key.expose().clone(),
                token: Some(s3.session_token.expose().clone()),
            })),
            ZoneCredentials::Azure(_) => Err(moved("S3")),
        }
    }
}

/// The parts of a signature. They are percent-encoded, and a `+` is a `+`.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

async fn held(keyring: &Keyring, store: &'static str) -> object_store::Result<Held> {
    keyring
        .current()
        .await
        .map_err(|error| object_store::Error::Generic {
            store,
            source: Box::new(HttpError::new(HttpErrorKind::Unknown, Carried::new(error))),
        })
}

fn moved(store: &'static str) -> object_store::Error {
    object_store::Error::Generic {
        store,
        source: "the landing zone has moved to another provider".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_read_as_it_was_written() {
        let pairs = pairs("sv=2020-04-08&sig=a%2Bb%2Fc%3D&x=1+2");
        assert_eq!(pairs[1], ("sig".into(), "a+b/c=".into()));
        assert_eq!(pairs[2].1, "1+2");
    }
}
