//! What lies in the zone's store.

use aep_core::Result;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::{ObjectMeta, ObjectStoreExt};
use serde::Serialize;

use super::store::Backend;
use super::{LandingZone, names};

/// An object in the zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ZoneObject {
    /// Its key, relative to the zone.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written. The platform deletes it some days later: see [`LandingZone::ttl`].
    pub modified: Timestamp,
    /// The store's mark of this content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

impl ZoneObject {
    pub(super) fn read(backend: &Backend, meta: &ObjectMeta) -> Option<Self> {
        let key = backend.key(&meta.location)?;
        (!key.is_empty()).then(|| Self {
            key: key.to_owned(),
            size: meta.size,
            modified: Timestamp::from_millisecond(meta.last_modified.timestamp_millis())
                .unwrap_or_default(),
            etag: meta.e_tag.clone(),
        })
    }
}

impl LandingZone {
    /// The objects whose keys begin with this, in the order of the store. Pages are fetched as they are needed. A prefix
    /// that ends with `/` is a folder; one that does not also matches the beginning of a name.
    pub fn list(&self, prefix: &str) -> impl Stream<Item = Result<ZoneObject>> + Send + 'static {
        let zone = self.clone();
        let prefix = prefix.to_owned();
        futures::stream::once(async move {
            names::check_prefix(&prefix)?;
            let backend = zone.backend(false).await?;
            list(&backend, &prefix)
        })
        .try_flatten()
    }

    /// One object, without its content.
    ///
    /// # Errors
    ///
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub async fn head(&self, key: &str) -> Result<ZoneObject> {
        let backend = self.backend(false).await?;
        head(&backend, key).await
    }
}

pub(super) async fn head(backend: &Backend, key: &str) -> Result<ZoneObject> {
    let path = backend.path(key)?;
    let meta = backend
        .call("find the object", key, || backend.objects.head(&path))
        .await?;
    ZoneObject::read(backend, &meta).ok_or_else(|| super::wire::missing("key"))
}

/// As [`LandingZone::list`], on a connected store.
pub(super) fn list(
    backend: &Backend,
    prefix: &str,
) -> Result<BoxStream<'static, Result<ZoneObject>>> {
    // The store lists whole folders.
    let folder = match prefix.rfind('/') {
        Some(end) => &prefix[..end],
        None => "",
    };
    let folder = backend.folder(folder)?;
    let backend = backend.clone();
    let prefix = prefix.to_owned();
    // A page that is refused for its credentials is asked for again from the beginning, as long as nothing was given out.
    Ok(futures::stream::once(async move {
        let first = backend
            .call("list the landing zone", &prefix, || {
                let mut pages = backend.objects.list(folder.as_ref()).fuse();
                async move {
                    let first = pages.try_next().await?;
                    Ok((first, pages))
                }
            })
            .await;
        let (first, rest) = match first {
            Ok((first, rest)) => (first.map(Ok), rest),
            Err(error) => return futures::stream::iter([Err(error)]).boxed(),
        };
        futures::stream::iter(first)
            .chain(rest)
            .filter_map(move |meta| {
                let object = match meta {
                    Ok(meta) => ZoneObject::read(&backend, &meta)
                        .filter(|object| object.key.starts_with(&prefix))
                        .map(Ok),
                    Err(error) => {
                        Some(Err(backend.error("list the landing zone", &prefix, &error)))
                    }
                };
                futures::future::ready(object)
            })
            .boxed()
    })
    .flatten()
    .boxed())
}
