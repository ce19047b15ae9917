//! Who may do what: a key opens its bucket, below its folder, until it expires.

use http::{HeaderMap, Uri};
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Request, S3Result, s3_error};

use super::answer;
use crate::state::StateError;
use crate::zone::disk::Disk;
use crate::zone::keys::Key;

const TOKEN: &str = "x-amz-security-token";

/// Looks secrets up.
pub(super) struct Keys(pub(super) Disk);

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, id: &str) -> S3Result<SecretKey> {
        let key = find(&self.0, id).await?;
        Ok(SecretKey::from(key.secret))
    }
}

async fn find(disk: &Disk, id: &str) -> S3Result<Key> {
    let (id, now) = (id.to_owned(), disk.now());
    let found = disk
        .read_any(move |tx| -> Result<_, StateError> { Key::find(tx, &id) })
        .await;
    let key = found
        .map_err(|error| answer::error(error.into()))?
        .ok_or_else(|| s3_error!(InvalidAccessKeyId, "no such access key was handed out"))?;
    if key.is_expired(now) {
        return Err(s3_error!(ExpiredToken, "the provided token has expired"));
    }
    Ok(key)
}

/// Checks tokens and puts a [`Scope`] into requests.
pub(super) struct Scopes(pub(super) Disk);

#[async_trait::async_trait]
impl S3Access for Scopes {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Some(credentials) = cx.credentials() else {
            return Err(s3_error!(AccessDenied, "the request is not signed"));
        };
        let key = find(&self.0, &credentials.access_key.clone()).await?;
        if key.token != token(cx.headers(), cx.uri()) {
            return Err(s3_error!(
                InvalidToken,
                "the session token is missing or does not belong to the access key"
            ));
        }
        let scope = Scope {
            bucket: key.bucket,
            folder: key.folder,
        };
        if let Some(bucket) = cx.s3_path().get_bucket_name()
            && bucket != scope.bucket
        {
            return Err(denied());
        }
        if let Some(key) = cx.s3_path().get_object_key() {
            scope.object(key)?;
        }
        cx.extensions_mut().insert(scope);
        Ok(())
    }
}

fn token(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let sent = headers.get(TOKEN).and_then(|value| value.to_str().ok());
    sent.map(str::to_owned).or_else(|| {
        url::form_urlencoded::parse(uri.query()?.as_bytes())
            .find(|(name, _)| name.eq_ignore_ascii_case(TOKEN))
            .map(|(_, value)| value.into_owned())
    })
}

fn denied() -> s3s::S3Error {
    s3_error!(AccessDenied, "the access key is for another place")
}

/// What the key of a request opens.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) bucket: String,
    folder: String,
}

impl Scope {
    pub(super) fn of<T>(request: &S3Request<T>) -> S3Result<Self> {
        request.extensions.get::<Self>().cloned().ok_or_else(denied)
    }

    /// Whether an object may be touched.
    pub(super) fn object(&self, key: &str) -> S3Result<()> {
        if key.starts_with(&self.folder) {
            Ok(())
        } else {
            Err(denied())
        }
    }

    /// Whether names with a prefix may be listed; the folder's name without its slash will do.
    pub(super) fn prefix(&self, prefix: &str) -> S3Result<()> {
        if prefix == self.folder.trim_end_matches('/') {
            return Ok(());
        }
        self.object(prefix)
    }
}
