//! How other tools reach the same place.

use std::fmt::Write as _;
use std::str::FromStr;

use aep_core::{Error, ErrorKind, Result, Secret, Url};

use super::store::Backend;
use super::{LandingZone, S3Credentials, ZoneCredentials};

/// A tool that can be told where the zone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvFormat {
    /// `azcopy` on Azure; on Amazon, which it only reads from, its variables for that.
    Azcopy,
    /// `rclone`, as environment variables of a remote `dlz:`.
    Rclone,
    /// Spark, as lines of `spark-defaults.conf`.
    Spark,
    /// DuckDB, as SQL.
    Duckdb,
}

impl EnvFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Azcopy, Self::Rclone, Self::Spark, Self::Duckdb];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Azcopy => "azcopy",
            Self::Rclone => "rclone",
            Self::Spark => "spark",
            Self::Duckdb => "duckdb",
        }
    }
}

impl FromStr for EnvFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| {
                Error::new(ErrorKind::Usage, "read the name of the tool")
                    .with("value", text)
                    .hint("one of azcopy, rclone, spark, duckdb")
            })
    }
}

impl LandingZone {
    /// What to tell another tool so that it reaches this zone. **It holds the credentials**: whoever reads it can read and
    /// write the zone until they expire.
    ///
    /// # Errors
    ///
    /// As [`credentials`](Self::credentials).
    pub async fn env(&self, format: EnvFormat) -> Result<Secret<String>> {
        let backend = self.backend(false).await?;
        let region = self
            .client()
            .settings()
            .storage_region
            .clone()
            .or_else(|| {
                let rest = backend.endpoint.strip_prefix("https://s3.")?;
                Some(rest.strip_suffix(".amazonaws.com")?.to_owned())
            })
            .unwrap_or_else(|| "us-east-1".to_owned());
        let held = self.keyring().current().await?;
        let text = match &*held.credentials {
            ZoneCredentials::Azure(azure) => {
                let uri = Url::parse(azure.sas_uri.expose())
                    .map_err(|_| super::wire::missing("SASUri"))?;
                on_azure(format, &uri, &azure.container)
            }
            ZoneCredentials::S3(s3) => on_s3(format, s3, &backend, &region),
        };
        Ok(Secret::new(text))
    }
}

fn on_azure(format: EnvFormat, uri: &Url, container: &str) -> String {
    let host = uri.host_str().unwrap_or_default();
    let account = host.split('.').next().unwrap_or(host);
    let sas = uri.query().unwrap_or_default();
    let mut bare = uri.clone();
    bare.set_query(None);
    match format {
        EnvFormat::Azcopy => {
            let uri = shell(uri.as_str());
            let file = shell(&format!("{bare}/FILE?{sas}"));
            format!(
                "export AEP_DLZ_URI={uri}\n\
                 # azcopy list \"$AEP_DLZ_URI\" --location blob\n\
                 # azcopy copy FILE {file} --from-to LocalBlob\n"
            )
        }
        EnvFormat::Rclone => format!(
            "export RCLONE_CONFIG_DLZ_TYPE=azureblob\n\
             export RCLONE_CONFIG_DLZ_SAS_URL={}\n\
             # rclone ls dlz:{container}\n",
            shell(uri.as_str())
        ),
        EnvFormat::Spark => {
            let suffix = host.split_once('.').map_or("", |(_, rest)| rest);
            let dfs = host.replacen(".blob.", ".dfs.", 1);
            format!(
                "spark.hadoop.fs.azure.account.auth.type.{dfs} SAS\n\
                 spark.hadoop.fs.azure.sas.token.provider.type.{dfs} org.apache.hadoop.fs.azurebfs.sas.FixedSASTokenProvider\n\
                 spark.hadoop.fs.azure.sas.fixed.token.{dfs} {sas}\n\
                 spark.hadoop.fs.azure.sas.{container}.{account}.{suffix} {sas}\n\
                 # spark.read.parquet(\"abfss://{container}@{dfs}/FOLDER/\")\n"
            )
        }
        EnvFormat::Duckdb => {
            let path = bare
                .path()
                .trim_start_matches('/')
                .trim_end_matches(container);
            let endpoint = format!("{}://{}/{path}", bare.scheme(), bare.authority());
            let connection = format!(
                "BlobEndpoint={};SharedAccessSignature={sas}",
                endpoint.trim_end_matches('/')
            );
            format!(
                "INSTALL azure; LOAD azure;\n\
                 CREATE OR REPLACE SECRET dlz (TYPE azure, CONNECTION_STRING {});\n\
                 -- SELECT * FROM 'az://{container}/FOLDER/*.parquet';\n",
                sql(&connection)
            )
        }
    }
}

fn on_s3(format: EnvFormat, s3: &S3Credentials, backend: &Backend, region: &str) -> String {
    let (id, key, token) = (
        s3.access_key_id.expose().as_str(),
        s3.secret_access_key.expose().as_str(),
        s3.session_token.expose().as_str(),
    );
    let endpoint = backend.endpoint.as_str();
    let own = !endpoint.ends_with(".amazonaws.com");
    let place = if s3.folder.is_empty() {
        s3.bucket.clone()
    } else {
        format!("{}/{}", s3.bucket, s3.folder)
    };
    match format {
        EnvFormat::Azcopy => format!(
            "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\nexport AWS_SESSION_TOKEN={}\n\
             # azcopy copies from Amazon S3, not to it:\n\
             # azcopy copy {} DESTINATION --recursive\n",
            shell(id),
            shell(key),
            shell(token),
            shell(&format!("{endpoint}/{place}"))
        ),
        EnvFormat::Rclone => {
            let mut text = String::new();
            for (name, value) in [
                ("TYPE", "s3"),
                ("PROVIDER", if own { "Other" } else { "AWS" }),
                ("ACCESS_KEY_ID", id),
                ("SECRET_ACCESS_KEY", key),
                ("SESSION_TOKEN", token),
                ("REGION", region),
                ("NO_CHECK_BUCKET", "true"),
            ] {
                let _ = writeln!(text, "export RCLONE_CONFIG_DLZ_{name}={}", shell(value));
            }
            if own {
                let _ = writeln!(
                    text,
                    "export RCLONE_CONFIG_DLZ_ENDPOINT={}",
                    shell(endpoint)
                );
                text.push_str("export RCLONE_CONFIG_DLZ_FORCE_PATH_STYLE=true\n");
            }
            let _ = writeln!(text, "# rclone ls dlz:{place}");
            text
        }
        EnvFormat::Spark => {
            let mut text = format!(
                "spark.hadoop.fs.s3a.aws.credentials.provider org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider\n\
                 spark.hadoop.fs.s3a.access.key {id}\n\
                 spark.hadoop.fs.s3a.secret.key {key}\n\
                 spark.hadoop.fs.s3a.session.token {token}\n\
                 spark.hadoop.fs.s3a.endpoint.region {region}\n"
            );
            if own {
                let _ = writeln!(text, "spark.hadoop.fs.s3a.endpoint {endpoint}");
                text.push_str("spark.hadoop.fs.s3a.path.style.access true\n");
            }
            let _ = writeln!(text, "# spark.read.parquet(\"s3a://{place}/FOLDER/\")");
            text
        }
        EnvFormat::Duckdb => {
            let own = if own {
                let bare = endpoint
                    .split_once("://")
                    .map_or(endpoint, |(_, rest)| rest);
                format!(
                    ", ENDPOINT {}, URL_STYLE 'path', USE_SSL {}",
                    sql(bare),
                    endpoint.starts_with("https")
                )
            } else {
                String::new()
            };
            format!(
                "INSTALL httpfs; LOAD httpfs;\n\
                 CREATE OR REPLACE SECRET dlz (TYPE s3, KEY_ID {}, SECRET {}, SESSION_TOKEN {}, REGION {}{own});\n\
                 -- SELECT * FROM 's3://{place}/FOLDER/*.parquet';\n",
                sql(id),
                sql(key),
                sql(token),
                sql(region)
            )
        }
    }
}

/// As a word of a shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// As a text of SQL.
fn sql(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn azure_for_every_tool() {
        let uri: Url = "https://acct.blob.core.windows.net/dlz-user-container?sv=1&sig=a%3D"
            .parse()
            .unwrap();
        let text = |format| on_azure(format, &uri, "dlz-user-container");
        assert!(
            text(EnvFormat::Azcopy)
                .contains("'https://acct.blob.core.windows.net/dlz-user-container?sv=1&sig=a%3D'")
        );
        assert!(text(EnvFormat::Rclone).contains("RCLONE_CONFIG_DLZ_SAS_URL="));
        assert!(
            text(EnvFormat::Spark)
                .contains("fs.azure.sas.dlz-user-container.acct.blob.core.windows.net sv=1")
        );
        assert!(text(EnvFormat::Duckdb).contains(
            "BlobEndpoint=https://acct.blob.core.windows.net;SharedAccessSignature=sv=1"
        ));
        let local: Url = "http://127.0.0.1:10000/devstoreaccount1/dlz?sig=x"
            .parse()
            .unwrap();
        assert!(
            on_azure(EnvFormat::Duckdb, &local, "dlz")
                .contains("BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;")
        );
    }

    #[test]
    fn words_cannot_break_out() {
        assert_eq!(shell("a'b $(x)"), r"'a'\''b $(x)'");
        assert_eq!(sql("a'b"), "'a''b'");
        for format in EnvFormat::ALL {
            assert_eq!(format.as_str().parse::<EnvFormat>().unwrap(), format);
        }
        assert!("aws".parse::<EnvFormat>().is_err());
    }
}
