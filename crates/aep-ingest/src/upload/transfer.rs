//! The requests that carry one file into a batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aep_core::{BatchId, Body, Client, DatasetId, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};

use crate::plan::{Limits, Part, Parts, RangeForm, names};
use crate::source::{NoMeter, Pool, Source};
use crate::wire::import::{self, Target};
use crate::wire::ranges::Span;

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
    part: Part,
    total: u64,
    form: &Form,
    body: &Body,
) -> Result<()> {
    let send = |form: RangeForm| {
        let range = part.content_range(total, form);
        let body = body.clone();
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

/// The parts of a file, or what of them, the server does not have, if these are the bytes that it has; none if it says
/// that it has bytes behind the end of the file.
pub(crate) fn missing(parts: &Parts, there: &[Span]) -> Option<Vec<Part>> {
    let total = parts.total();
    if there.iter().any(|(_, last)| *last >= total) {
        return None;
    }
    let mut missing = Vec::new();
    for part in parts.iter() {
        let mut next = part.start;
        for (first, last) in there {
            if *last < next || *first > part.last() {
                continue;
            }
            if *first > next {
                missing.push(Part {
                    start: next,
                    len: first - next,
                });
            }
            next = last + 1;
        }
        if next <= part.last() {
            missing.push(Part {
                start: next,
                len: part.last() + 1 - next,
            });
        }
    }
    Some(missing)
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
            let send = |chunk: Part| {
                let (form, pool) = (&form, &pool);
                async move {
                    let body = source.body(chunk, pool, Arc::new(NoMeter));
                    part(client, target, chunk, source.len(), form, &body).await
                }
            };
            if let Some(first) = chunks.next() {
                send(first).await?;
            }
            futures::stream::iter(chunks)
                .map(send)
                .buffer_unordered(AT_ONCE)
                .try_collect::<()>()
                .await?;
            close(client, target).await
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::wire::ranges::joined;

    fn chunks(total: u64, chunk: u64) -> Parts {
        Parts::Chunks { total, chunk }
    }

    #[test]
    fn whole_parts_are_sent_again_under_the_same_ranges() {
        let parts = chunks(25, 10);
        assert_eq!(missing(&parts, &[]).unwrap().len(), 3);
        let left = missing(&parts, &[(10, 19)]).unwrap();
        assert_eq!(
            left,
            [Part { start: 0, len: 10 }, Part { start: 20, len: 5 }]
        );
        assert_eq!(missing(&parts, &[(0, 24)]).unwrap(), []);
    }

    #[test]
    fn of_half_a_part_the_other_half_is_sent() {
        let left = missing(&chunks(20, 10), &[(0, 3), (6, 12)]).unwrap();
        assert_eq!(
            left,
            [Part { start: 4, len: 2 }, Part { start: 13, len: 7 }]
        );
    }

    #[test]
    fn more_than_the_file_is_believed_by_nobody() {
        assert_eq!(missing(&chunks(20, 10), &[(0, 20)]), None);
    }

    proptest! {
        #[test]
        fn what_is_there_and_what_is_missing_make_the_file(
            total in 1_u64..60,
            chunk in 1_u64..20,
            spans in prop::collection::vec((0_u64..60, 0_u64..20), 0..6),
        ) {
            let spans: Vec<Span> = spans.into_iter()
                .map(|(first, len)| (first % total, (first % total + len).min(total - 1)))
                .collect();
            let there = joined(spans);
            let parts = chunks(total, chunk);
            let left = missing(&parts, &there).unwrap();
            let mut times = vec![0; usize::try_from(total).unwrap()];
            for (first, last) in there.iter().copied().chain(left.iter().map(|part| (part.start, part.last()))) {
                for byte in first..=last {
                    times[usize::try_from(byte).unwrap()] += 1;
                }
            }
            prop_assert!(times.iter().all(|times| *times == 1), "{times:?}");
            prop_assert!(left.iter().all(|part| part.len <= chunk));
        }
    }
}
