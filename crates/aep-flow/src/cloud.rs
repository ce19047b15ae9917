//! Accounts of cloud storages, as the published specifications want them: a source and a destination of the same storage
//! name their values differently.

use aep_core::{Error, ErrorKind, Result, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::ids::{ConnectionSpecId, FlowSpecId};
use crate::model::Auth;
use crate::specs::{connection, flow};

/// An account of a cloud storage.
#[derive(Debug, Clone, PartialEq)]
pub enum CloudAccount {
    /// Amazon S3.
    AmazonS3 {
        /// The access key, 20 letters and digits.
        access_key: Secret<String>,
        /// The secret key, 40 characters.
        secret_key: Secret<String>,
    },
    /// Azure Blob Storage.
    AzureBlob {
        /// The connection string of the storage account.
        connection_string: Secret<String>,
    },
    /// Azure Blob Storage by a signed address; a source only.
    AzureBlobSas {
        /// The address with its signature.
        sas_uri: Secret<String>,
    },
    /// Azure Data Lake Storage Gen2.
    AdlsGen2 {
        /// The address of the storage account.
        url: String,
        /// The id of the service principal.
        principal_id: String,
        /// The key of the service principal.
        principal_key: Secret<String>,
        /// The tenant.
        tenant: String,
    },
    /// Google Cloud Storage.
    GoogleCloudStorage {
        /// The access key id of an HMAC key.
        access_key_id: String,
        /// The secret of the HMAC key.
        secret_access_key: Secret<String>,
    },
    /// SFTP with a password.
    Sftp {
        /// The host.
        host: String,
        /// The user.
        user: String,
        /// The password.
        password: Secret<String>,
    },
    /// SFTP with a key.
    SftpKey {
        /// The host.
        host: String,
        /// The user.
        user: String,
        /// The private key, in PEM form. It is sent as Base64.
        private_key: Secret<String>,
        /// The passphrase of the key; sources only.
        passphrase: Option<Secret<String>>,
    },
    /// FTP; a source only.
    Ftp {
        /// The host.
        host: String,
        /// The user.
        user: String,
        /// The password.
        password: Secret<String>,
    },
}

impl CloudAccount {
    /// The name of the storage.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AmazonS3 { .. } => "Amazon S3",
            Self::AzureBlob { .. } | Self::AzureBlobSas { .. } => "Azure Blob Storage",
            Self::AdlsGen2 { .. } => "Azure Data Lake Storage Gen2",
            Self::GoogleCloudStorage { .. } => "Google Cloud Storage",
            Self::Sftp { .. } | Self::SftpKey { .. } => "SFTP",
            Self::Ftp { .. } => "FTP",
        }
    }

    /// Specification and sign-in for reading.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if a value is empty.
    pub fn source(&self) -> Result<(ConnectionSpecId, Auth)> {
        let auth = match self {
            Self::AmazonS3 {
                access_key,
                secret_key,
            } => (
                connection::AMAZON_S3_SOURCE,
                Auth::new("Access Key")
                    .with_secret("s3AccessKey", access_key.clone())
                    .with_secret("s3SecretKey", secret_key.clone()),
            ),
            Self::AzureBlob { connection_string } => (
                connection::AZURE_BLOB_SOURCE,
                Auth::new("ConnectionString")
                    .with_secret("connectionString", connection_string.clone()),
            ),
            Self::AzureBlobSas { sas_uri } => (
                connection::AZURE_BLOB_SOURCE,
                Auth::new("SasURIAuthentication").with_secret("sasUri", sas_uri.clone()),
            ),
            Self::AdlsGen2 { .. } => (
                connection::ADLS_GEN2_SOURCE,
                self.adls("Basic Authentication for adls-gen2"),
            ),
            Self::GoogleCloudStorage { .. } => (
                connection::GOOGLE_CLOUD_STORAGE_SOURCE,
                self.google("Basic Authentication for google-cloud"),
            ),
            Self::Sftp {
                host,
                user,
                password,
            } => (
                connection::SFTP_SOURCE,
                Auth::new("Basic Authentication for sftp")
                    .with("host", host.as_str())
                    .with("userName", user.as_str())
                    .with_secret("password", password.clone()),
            ),
            Self::SftpKey {
                host,
                user,
                private_key,
                passphrase,
            } => {
                let auth = Auth::new("SSH PublicKey Authentication for sftp")
                    .with("host", host.as_str())
                    .with("userName", user.as_str())
                    .with_secret("privateKeyContent", encoded(private_key));
                (
                    connection::SFTP_SOURCE,
                    match passphrase {
                        Some(passphrase) => auth.with_secret("passPhrase", passphrase.clone()),
                        None => auth,
                    },
                )
            }
            Self::Ftp {
                host,
                user,
                password,
            } => (
                connection::FTP_SOURCE,
                Auth::new("Basic Authentication for FTP")
                    .with("host", host.as_str())
                    .with("userName", user.as_str())
                    .with_secret("password", password.clone()),
            ),
        };
        self.complete(auth)
    }

    /// Specification and sign-in for writing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the storage is no destination in this form, or a value is empty.
    pub fn target(&self) -> Result<(ConnectionSpecId, Auth)> {
        let none = |why: &'static str| {
            Err(Error::new(ErrorKind::Usage, "write to the storage")
                .with("storage", self.name())
                .because(why))
        };
        let auth = match self {
            Self::AmazonS3 { .. } | Self::AzureBlob { .. } => {
                let (_, auth) = self.source()?;
                let spec = if matches!(self, Self::AmazonS3 { .. }) {
                    connection::AMAZON_S3_TARGET
                } else {
                    connection::AZURE_BLOB_TARGET
                };
                (spec, auth)
            }
            Self::AzureBlobSas { .. } => {
                return none("a destination takes a connection string, no signed address");
            }
            Self::AdlsGen2 { .. } => (
                connection::ADLS_GEN2_TARGET,
                self.adls("Azure Service Principal Auth"),
            ),
            Self::GoogleCloudStorage { .. } => (
                connection::GOOGLE_CLOUD_STORAGE_TARGET,
                self.google("Google Cloud Storage authentication credentials"),
            ),
            Self::Sftp {
                host,
                user,
                password,
            } => (
                connection::SFTP_TARGET,
                Auth::new("SFTP with Password")
                    .with("domain", host.as_str())
                    .with("username", user.as_str())
                    .with_secret("password", password.clone()),
            ),
            Self::SftpKey {
                passphrase: Some(_),
                ..
            } => {
                return none("a destination takes a key without a passphrase");
            }
            Self::SftpKey {
                host,
                user,
                private_key,
                ..
            } => (
                connection::SFTP_TARGET,
                Auth::new("SFTP with SSH Key")
                    .with("domain", host.as_str())
                    .with("username", user.as_str())
                    .with_secret("sshKey", encoded(private_key)),
            ),
            Self::Ftp { .. } => return none("FTP is no destination"),
        };
        self.complete(auth)
    }

    /// The flow specification of exports to it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the storage is no destination.
    pub fn export_flow_spec(&self) -> Result<FlowSpecId> {
        match self {
            Self::AmazonS3 { .. } => Ok(flow::LAKE_TO_AMAZON_S3),
            Self::AzureBlob { .. } => Ok(flow::LAKE_TO_AZURE_BLOB),
            Self::AdlsGen2 { .. } => Ok(flow::LAKE_TO_ADLS_GEN2),
            Self::GoogleCloudStorage { .. } => Ok(flow::LAKE_TO_GOOGLE_CLOUD_STORAGE),
            Self::Sftp { .. } | Self::SftpKey { .. } => Ok(flow::LAKE_TO_SFTP),
            Self::AzureBlobSas { .. } | Self::Ftp { .. } => self
                .target()
                .and(Err(Error::new(ErrorKind::Usage, "write to the storage"))),
        }
    }

    fn complete(&self, (spec, auth): (ConnectionSpecId, Auth)) -> Result<(ConnectionSpecId, Auth)> {
        match auth.empty() {
            None => Ok((spec, auth)),
            Some(name) => Err(Error::new(ErrorKind::Usage, "sign in to the storage")
                .with("storage", self.name())
                .because(format!("`{name}` is empty"))),
        }
    }

    fn adls(&self, form: &str) -> Auth {
        let auth = Auth::new(form);
        let Self::AdlsGen2 {
            url,
            principal_id,
            principal_key,
            tenant,
        } = self
        else {
            return auth;
        };
        auth.with("url", url.as_str())
            .with("servicePrincipalId", principal_id.as_str())
            .with_secret("servicePrincipalKey", principal_key.clone())
            .with("tenant", tenant.as_str())
    }

    fn google(&self, form: &str) -> Auth {
        let auth = Auth::new(form);
        let Self::GoogleCloudStorage {
            access_key_id,
            secret_access_key,
        } = self
        else {
            return auth;
        };
        auth.with("accessKeyId", access_key_id.as_str())
            .with_secret("secretAccessKey", secret_access_key.clone())
    }
}

fn encoded(key: &Secret<String>) -> Secret<String> {
    let key = key.expose();
    // one that is encoded already is left as it is
    if key.contains("-----BEGIN") {
        Secret::new(STANDARD.encode(key))
    } else {
        Secret::new(key.clone())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::specs;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn all() -> Vec<CloudAccount> {
        vec![
            CloudAccount::AmazonS3 {
                access_key: secret("a"),
                secret_key: secret("s"),
            },
            CloudAccount::AzureBlob {
                connection_string: secret("c"),
            },
            CloudAccount::AzureBlobSas {
                sas_uri: secret("u"),
            },
            CloudAccount::AdlsGen2 {
                url: "u".to_owned(),
                principal_id: "i".to_owned(),
                principal_key: secret("k"),
                tenant: "t".to_owned(),
            },
            CloudAccount::GoogleCloudStorage {
                access_key_id: "i".to_owned(),
                secret_access_key: secret("s"),
            },
            CloudAccount::Sftp {
                host: "h".to_owned(),
                user: "u".to_owned(),
                password: secret("p"),
            },
            CloudAccount::SftpKey {
                host: "h".to_owned(),
                user: "u".to_owned(),
                private_key: secret("-----BEGIN"),
                passphrase: None,
            },
            CloudAccount::Ftp {
                host: "h".to_owned(),
                user: "u".to_owned(),
                password: secret("p"),
            },
        ]
    }

    #[test]
    fn every_account_has_the_names_that_are_published() {
        for account in all() {
            let forms = [Some(account.source().unwrap()), account.target().ok()];
            for (spec, auth) in forms.into_iter().flatten() {
                let known = specs::known(&spec).unwrap();
                let form = known
                    .auth
                    .iter()
                    .find(|form| form.name == auth.spec_name)
                    .unwrap();
                assert!(
                    auth.names().all(|name| form.params.contains(&name)),
                    "{auth:?}"
                );
            }
            assert_eq!(
                account.target().is_ok(),
                account.export_flow_spec().is_ok(),
                "{account:?}"
            );
        }
    }

    #[test]
    fn an_empty_value_is_refused() {
        let account = CloudAccount::AzureBlob {
            connection_string: secret(""),
        };
        assert_eq!(account.source().unwrap_err().kind(), ErrorKind::Usage);
    }
}
