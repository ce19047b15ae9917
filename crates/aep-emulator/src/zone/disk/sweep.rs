//! Files whose time has passed go away.

use super::{Bucket, Disk, Object, Upload};
use crate::state::{GLOBAL, Tx, kind};
use crate::zone::ZoneError;
use crate::zone::place::bucket_of;

/// Rows looked at in one transaction.
const ROWS: usize = 1000;

/// How long an upload that nobody finishes is kept, where objects stay for ever: a week, in milliseconds.
const UNFINISHED_MS: i64 = 7 * 86_400_000;

impl Disk {
    /// Removes what nobody can see any more: objects after their time, and uploads that nobody finished. Answers how
    /// many.
    pub(in crate::zone) async fn sweep(&self) -> Result<usize, ZoneError> {
        let mut buckets = self.buckets().await?;
        let sandboxes = self
            .read_any(|tx| -> Result<_, ZoneError> { Ok(tx.entries(kind::SANDBOX, GLOBAL, None)?) })
            .await?;
        buckets.extend(sandboxes.iter().map(|(name, _)| bucket_of(name)));
        let mut swept = 0;
        for bucket in buckets {
            let mut after = Some(String::new());
            while let Some(bound) = after {
                let now = self.now();
                let (some, next) = self
                    .write(&bucket, move |tx, bucket| objects(tx, bucket, &bound, now))
                    .await?;
                swept += some;
                after = next;
            }
            let now = self.now();
            swept += self
                .write(&bucket, move |tx, bucket| uploads(tx, bucket, now))
                .await?;
        }
        Ok(swept)
    }
}

type Swept<T> = Result<(T, Vec<String>), ZoneError>;

/// A run of rows; answers how many went, and where to go on.
fn objects(tx: &Tx<'_>, bucket: &Bucket, after: &str, now: i64) -> Swept<(usize, Option<String>)> {
    let (mut swept, mut blobs) = (0, Vec::new());
    if bucket.ttl_ms.is_none() {
        return Ok(((0, None), blobs));
    }
    let rows = tx.after(kind::ZONE_OBJECT, &bucket.name, after, false, ROWS)?;
    let next = (rows.len() == ROWS)
        .then(|| rows.last().map(|(key, _)| key.clone()))
        .flatten();
    for (key, doc) in rows {
        if bucket.keeps(Object::read(doc)?.modified, now) {
            continue;
        }
        blobs.extend(Object::remove(tx, &bucket.name, &key)?.unwrap_or_default());
        swept += 1;
    }
    Ok(((swept, next), blobs))
}

fn uploads(tx: &Tx<'_>, bucket: &Bucket, now: i64) -> Swept<usize> {
    let (mut swept, mut blobs) = (0, Vec::new());
    for (id, upload) in Upload::all(tx, &bucket.name, "")? {
        if now >= upload.started.saturating_add(UNFINISHED_MS) {
            blobs.extend(Upload::remove(tx, &bucket.name, &id)?);
            swept += 1;
        }
    }
    Ok((swept, blobs))
}
