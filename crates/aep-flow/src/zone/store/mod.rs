//! The store that a zone lies in, through `object_store`.

mod connect;
mod credential;
mod error;
mod http;

use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use object_store::ObjectStore;
use object_store::multipart::MultipartStore;
use object_store::path::Path;

pub(crate) use connect::connect;
#[cfg(test)]
pub(crate) use error::carried;
pub(crate) use error::code;
use error::failed;

use super::keyring::Keyring;
use super::{Place, names};

/// What the store allows of parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    /// Bytes of a part at least, but for the last.
    pub(crate) least: u64,
    /// Parts of an object at most.
    pub(crate) most: u64,
}

/// Azure: 50,000 blocks of any size. Source: Azure, "Put Block".
pub(crate) const AZURE_PARTS: Parts = Parts {
    least: 1,
    most: 50_000,
};
/// Amazon: 10,000 parts of 5 MiB. Source: Amazon, "Multipart upload limits".
pub(crate) const S3_PARTS: Parts = Parts {
    least: 5 * 1024 * 1024,
    most: 10_000,
};

/// A connected store.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) multipart: Arc<dyn Multipart>,
    pub(crate) place: Place,
    /// Scheme, host and port, without anything secret.
    pub(crate) endpoint: String,
    pub(crate) parts: Parts,
    pub(crate) keyring: Option<Arc<Keyring>>,
}

/// A `MultipartStore` that can be shown.
pub(crate) trait Multipart: MultipartStore + std::fmt::Debug {}

impl<T: MultipartStore + std::fmt::Debug> Multipart for T {}

impl Backend {
    /// Where an object of this key lies in the container.
    pub(crate) fn path(&self, key: &str) -> Result<Path> {
        names::check_readable(key)?;
        let folder = self.place.folder();
        let whole = if folder.is_empty() {
            key.to_owned()
        } else {
            format!("{folder}/{key}")
        };
        Path::parse(&whole).map_err(|cause| {
            Error::new(ErrorKind::Usage, "use the key in the landing zone")
                .with("key", key.escape_debug())
                .because(cause)
        })
    }

    /// The folder that a listing begins in; `None` is the container itself.
    pub(crate) fn folder(&self, prefix: &str) -> Result<Option<Path>> {
        let folder = self.place.folder();
        match (folder, prefix.trim_end_matches('/')) {
            ("", "") => Ok(None),
            (folder, "") => Path::parse(folder).map(Some).map_err(|cause| {
                Error::new(ErrorKind::Protocol, "use the folder of the landing zone").because(cause)
            }),
            (_, prefix) => self.path(prefix).map(Some),
        }
    }

    /// The key of an object, if it lies in the zone.
    pub(crate) fn key<'a>(&self, path: &'a Path) -> Option<&'a str> {
        let folder = self.place.folder();
        let path = path.as_ref();
        if folder.is_empty() {
            return Some(path);
        }
        path.strip_prefix(folder)?.strip_prefix('/')
    }

    /// Runs a call of the store; if it refuses the credentials, once more with others.
    pub(crate) async fn call<T, F, Fut>(
        &self,
        doing: &'static str,
        key: &str,
        mut call: F,
    ) -> Result<T>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = object_store::Result<T>>,
    {
        let generation = match &self.keyring {
            Some(keyring) => Some(keyring.current().await?.generation),
            None => None,
        };
        let error = match call().await {
            Ok(done) => return Ok(done),
            Err(error) => self.error(doing, key, &error),
        };
        if let (Some(keyring), Some(generation), true) = (
            &self.keyring,
            generation,
            error::refuses_credentials(&error),
        ) && keyring.renew(generation).await?
        {
            return call().await.map_err(|error| self.error(doing, key, &error));
        }
        Err(error)
    }

    /// What the store failed with, in our words.
    pub(crate) fn error(
        &self,
        doing: &'static str,
        key: &str,
        error: &object_store::Error,
    ) -> Error {
        let error = failed(doing, error);
        let error = if key.is_empty() {
            error
        } else {
            error.with("key", key)
        };
        error.with("container", self.place.container())
    }
}
