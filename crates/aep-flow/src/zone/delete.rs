//! Taking objects out of the zone.

use aep_core::{Error, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};

use super::store::Backend;
use super::{LandingZone, list};

/// Keys in one call of the store at most.
const AT_ONCE: usize = 250;

impl LandingZone {
    /// Deletes these objects, and answers how many. There is no way back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if one of them is not there: then none is deleted. If the store fails in between, some of
    /// them are gone.
    pub async fn delete(&self, keys: &[String]) -> Result<u64> {
        self.guard().await?;
        let backend = self.backend(false).await?;
        futures::stream::iter(keys.to_vec())
            .map(|key| {
                let backend = backend.clone();
                async move { list::head(&backend, &key).await }
            })
            .buffered(8)
            .try_collect::<Vec<_>>()
            .await?;
        delete(&backend, keys).await
    }

    /// Deletes everything below a folder, and answers how many objects. There is no way back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for an empty folder name: deleting a whole zone must be said key by key.
    pub async fn delete_folder(&self, folder: &str) -> Result<u64> {
        let folder = folder.trim_end_matches('/');
        if folder.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "delete a folder")
                .because("its name is empty")
                .hint("name a folder, or the keys"));
        }
        self.guard().await?;
        let backend = self.backend(false).await?;
        let mut objects = list::list(&backend, &format!("{folder}/"))?
            .map_ok(|object| object.key)
            .try_chunks(AT_ONCE)
            .map_err(|failed| failed.1);
        let mut count = 0;
        while let Some(keys) = objects.try_next().await? {
            count += delete(&backend, &keys).await?;
        }
        Ok(count)
    }
}

/// Deletes without a question. One that is gone already counts too.
pub(super) async fn delete(backend: &Backend, keys: &[String]) -> Result<u64> {
    let mut count = 0;
    for keys in keys.chunks(AT_ONCE) {
        let paths = keys
            .iter()
            .map(|key| backend.path(key))
            .collect::<Result<Vec<_>>>()?;
        let about = keys.first().map_or("", String::as_str);
        backend
            .call("delete from the landing zone", about, || {
                let paths = futures::stream::iter(paths.clone().into_iter().map(Ok)).boxed();
                let mut gone = backend.objects.delete_stream(paths);
                async move {
                    while let Some(done) = gone.next().await {
                        match done {
                            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                            Err(error) => return Err(error),
                        }
                    }
                    Ok(())
                }
            })
            .await?;
        count += keys.len() as u64;
    }
    Ok(count)
}
