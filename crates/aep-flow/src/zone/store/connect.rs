//! The connection to a zone's store.

use std::sync::Arc;

use aep_core::{Client, Error, ErrorKind, Operation, Request, Result, Safety, Url};
use http::Method;
use object_store::RetryConfig;
use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::azure::MicrosoftAzureBuilder;

use super::credential::{Keys, Sas};
use super::error::failed;
use super::http::Wire;
use super::{AZURE_PARTS, Backend, S3_PARTS};
use crate::zone::keyring::Keyring;
use crate::zone::wire::missing;
use crate::zone::{AzureCredentials, S3Credentials, ZoneCredentials};

/// Where a bucket's region is not known yet, this one is asked. It is Amazon's first.
const FIRST_REGION: &str = "us-east-1";
const REGION: Operation = Operation {
    api: "landing-zone-store",
    id: "headBucket",
    safety: Safety::Repeatable,
};

/// Connects to the store that the zone's credentials are for. Only the region of a bucket costs a request.
pub(crate) async fn connect(
    client: &Client,
    keyring: &Arc<Keyring>,
    checksum: bool,
) -> Result<Backend> {
    let held = keyring.current().await?;
    let keyring = Arc::clone(keyring);
    match &*held.credentials {
        ZoneCredentials::Azure(azure) => to_azure(client, keyring, azure, checksum),
        ZoneCredentials::S3(s3) => to_s3(client, keyring, s3, checksum).await,
    }
    .map(|backend| Backend {
        place: held.credentials.place(),
        ..backend
    })
}

/// Retries are our transport's, but for an answer that breaks off in the middle: only `object_store` can ask for the rest.
fn retries(client: &Client) -> RetryConfig {
    let settings = client.settings();
    RetryConfig {
        max_retries: settings.retries as usize,
        retry_timeout: settings.timeouts.retry,
        ..RetryConfig::default()
    }
}

fn to_azure(
    client: &Client,
    keyring: Arc<Keyring>,
    azure: &AzureCredentials,
    checksum: bool,
) -> Result<Backend> {
    let mut endpoint = Url::parse(azure.sas_uri.expose()).map_err(|_| missing("SASUri"))?;
    endpoint.set_query(None);
    // The last part of the path is the container; what is before it belongs to the address (a local store has the
    // account there).
    let mut path: Vec<String> = endpoint
        .path_segments()
        .ok_or_else(|| missing("SASUri"))?
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    let container = path.pop().ok_or_else(|| missing("SASUri"))?;
    endpoint.set_path(&path.join("/"));
    let host = endpoint.host_str().unwrap_or_default();
    let account = path
        .first()
        .cloned()
        .unwrap_or_else(|| host.split('.').next().unwrap_or(host).to_owned());
    let endpoint = endpoint.as_str().trim_end_matches('/').to_owned();
    let store = MicrosoftAzureBuilder::new()
        .with_endpoint(endpoint.clone())
        .with_account(account)
        .with_container_name(container)
        .with_credentials(Arc::new(Sas(Arc::clone(&keyring))))
        .with_retry(retries(client))
        .with_allow_http(true)
        .with_http_connector(Wire {
            client: client.clone(),
            crc64: checksum,
        })
        .build()
        .map_err(|error| failed("connect to the landing zone", &error))?;
    let store = Arc::new(store);
    Ok(Backend {
        objects: Arc::clone(&store) as _,
        multipart: store,
        place: ZoneCredentials::Azure(azure.clone()).place(),
        endpoint,
        parts: AZURE_PARTS,
        keyring: Some(keyring),
    })
}

async fn to_s3(
    client: &Client,
    keyring: Arc<Keyring>,
    s3: &S3Credentials,
    checksum: bool,
) -> Result<Backend> {
    let settings = client.settings();
    let endpoint = match &settings.storage_url {
        Some(url) => Some(url.clone()),
        None if settings.is_adobe() => None,
        None => Some(settings.base_url.clone()),
    };
    let region = match (&settings.storage_region, &endpoint) {
        (Some(region), _) => region.clone(),
        (None, Some(_)) => FIRST_REGION.to_owned(),
        (None, None) => region_of(client, &s3.bucket).await?,
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&s3.bucket)
        .with_region(&region)
        .with_credentials(Arc::new(Keys(Arc::clone(&keyring))))
        .with_retry(retries(client))
        .with_allow_http(true)
        // The connection is encrypted, or does not leave this machine; hashing is what would be slow.
        .with_unsigned_payload(true)
        .with_http_connector(Wire {
            client: client.clone(),
            crc64: false,
        });
    if checksum {
        builder = builder.with_checksum_algorithm(Checksum::CRC64NVME);
    }
    let endpoint = if let Some(url) = endpoint {
        let url = url.as_str().trim_end_matches('/').to_owned();
        builder = builder
            .with_endpoint(&url)
            .with_virtual_hosted_style_request(false);
        url
    } else {
        // A certificate for `*.s3…` does not hold for a name with a dot.
        builder = builder.with_virtual_hosted_style_request(!s3.bucket.contains('.'));
        format!("https://s3.{region}.amazonaws.com")
    };
    let store = builder
        .build()
        .map_err(|error| failed("connect to the landing zone", &error))?;
    let store = Arc::new(store);
    Ok(Backend {
        objects: Arc::clone(&store) as _,
        multipart: store,
        place: ZoneCredentials::S3(s3.clone()).place(),
        endpoint,
        parts: S3_PARTS,
        keyring: Some(keyring),
    })
}

/// Amazon names the region of a bucket to everybody, whatever the status. Source: Amazon, "HeadBucket".
async fn region_of(client: &Client, bucket: &str) -> Result<String> {
    let failed = || {
        Error::new(ErrorKind::Protocol, "find the region of the landing zone")
            .with("bucket", bucket)
            .hint("set it: AEP_STORAGE_REGION")
    };
    let address = format!("https://s3.{FIRST_REGION}.amazonaws.com/{bucket}");
    let url = Url::parse(&address).map_err(|error| failed().because(error))?;
    let request = Request::new(REGION, Method::HEAD, url)
        .doing("find the region of the landing zone")
        .about("bucket", bucket)
        .verbatim()
        .accepting(&[301, 307, 400, 403]);
    let answer = client.send(request).await?;
    answer
        .header("x-amz-bucket-region")
        .map(str::to_owned)
        .ok_or_else(|| failed().because("the answer does not name it"))
}
