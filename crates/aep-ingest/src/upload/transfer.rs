//! The requests that carry one file into a batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aep_core::{BatchId, Client, DatasetId, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};

use crate::plan::{Limits, Part, Parts, RangeForm, names};
use crate::source::{Meter, NoMeter, Pool, Source};
use crate::wire::import::{self, Target};

/// The form of `Content-Range` that the server takes. One for all files of an upload.
#[derive(Debug, Default)]
pub(crate) struct Form {
    with_total: AtomicBool,
    known: AtomicBool,
}

impl Form {
    fn get(&self) -> RangeForm {
        if self.with_total.load(Ordering::Relaxed) {
            RangeForm::WithTotal
        } else {
            RangeForm::Documented
        }
    }

    /// Whether a part was accepted; until then parts are sent one at a time.
    pub(crate) fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }
}

/// Sends one part of a large file. If the very first one is refused as malformed, it is sent once more with the other
/// form of its range: Adobe publishes no complete example.
pub(crate) async fn part(
    client: &Client,
    target: Target<'_>,
    source: &Source,
    part: Part,
    form: &Form,
    pool: &Arc<Pool>,
    meter: Arc<dyn Meter>,
) -> Result<()> {
    let send = |form: RangeForm| {
        let range = part.content_range(source.len(), form);
        let body = source.body(part, pool, Arc::clone(&meter));
        async move { import::patch(client, target, &range, body).await }
    };
    let mut answer = send(form.get()).await;
    if let Err(error) = &answer
        && error.status() == Some(400)
        && !form.is_known()
        && !form.with_total.load(Ordering::Relaxed)
        && send(RangeForm::WithTotal).await.is_ok()
    {
        form.with_total.store(true, Ordering::Relaxed);
        answer = Ok(());
    }
    if answer.is_ok() {
        form.known.store(true, Ordering::Relaxed);
    }
    answer
}

/// Says that a large file is whole.
pub(crate) async fn close(client: &Client, target: Target<'_>) -> Result<()> {
    import::close(client, target).await.map_err(|error| {
        if error.status() == Some(400) {
            error.hint("the server misses bytes of the file, or has some twice: upload it again")
        } else {
            error
        }
    })
}

/// Chunks of a single file that are sent at once.
const AT_ONCE: usize = 4;

/// Sends one file, without anybody counting.
pub(crate) async fn file(
    client: &Client,
    batch: &BatchId,
    dataset: &DatasetId,
    name: &str,
    source: &Source,
    limits: &Limits,
) -> Result<()> {
    let chars = import::url_base(client, dataset) + names::encoded_len(name);
    if chars > limits.url_chars {
        return Err(aep_core::Error::new(ErrorKind::Limit, "upload the file")
            .with("file", name)
            .because(format!(
                "its address would have {chars} characters, the limit is {}",
                limits.url_chars
            )));
    }
    let target = Target {
        batch,
        dataset,
        name,
    };
    let pool = Pool::new(Source::window(u64::MAX) * AT_ONCE as u64);
    match Parts::of(source.len(), limits) {
        Parts::Whole(whole) => {
            import::put(client, target, source.body(whole, &pool, Arc::new(NoMeter))).await
        }
        parts @ Parts::Chunks { .. } => {
            import::open(client, target).await?;
            let form = Form::default();
            let mut chunks = parts.iter();
            // the first one finds out which form the server takes
            if let Some(first) = chunks.next() {
                part(
                    client,
                    target,
                    source,
                    first,
                    &form,
                    &pool,
                    Arc::new(NoMeter),
                )
                .await?;
            }
            futures::stream::iter(chunks)
                .map(|chunk| {
                    part(
                        client,
                        target,
                        source,
                        chunk,
                        &form,
                        &pool,
                        Arc::new(NoMeter),
                    )
                })
                .buffer_unordered(AT_ONCE)
                .try_collect::<()>()
                .await?;
            close(client, target).await
        }
    }
}
