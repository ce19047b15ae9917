//! Which messages go into one request.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aep_core::{Error, Result};
use bytes::Bytes;
use futures::stream::{Peekable, unfold};
use futures::{Stream, StreamExt};

use super::{Given, Inlet, Refusal};

/// Bytes around the messages of a request.
pub(super) const FRAME: usize = r#"{"messages":[]}"#.len();

/// How long a request waits for more messages once it has one, so that a slow source is not held back.
const LINGER: Duration = Duration::from_millis(200);

/// A message on its way.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) number: u64,
    /// As it was given.
    pub(super) text: Bytes,
    /// As it is sent, or why it is not.
    pub(super) wire: Result<Vec<u8>, Refusal>,
}

/// The messages of one request, and what the source failed with after them.
#[derive(Debug, Default)]
pub(super) struct Pack {
    pub(super) items: Vec<Item>,
    pub(super) failed: Option<Error>,
}

type Source = Pin<Box<Peekable<Pin<Box<dyn Stream<Item = Item_> + Send>>>>>;
type Item_ = Result<Item>;

/// Packs of at most one request each, until the source ends or `stopped` is set.
pub(super) fn packs<S, G>(
    inlet: Inlet,
    messages: S,
    stopped: Arc<AtomicBool>,
) -> impl Stream<Item = Pack> + Send
where
    S: Stream<Item = Result<G>> + Send + 'static,
    G: Into<Given>,
{
    let most = if inlet.sync_validation {
        0
    } else {
        inlet.bytes
    };
    let items = messages.enumerate().map(move |(at, text)| {
        text.map(|given| {
            let given = given.into();
            Item {
                number: at as u64 + 1,
                wire: inlet.message(&given),
                text: given.text,
            }
        })
    });
    let boxed: Pin<Box<dyn Stream<Item = Item_> + Send>> = Box::pin(items);
    let source: Source = Box::pin(boxed.peekable());
    unfold(Some(source), move |source| {
        let stopped = Arc::clone(&stopped);
        async move {
            let mut source = source?;
            if stopped.load(Ordering::Relaxed) {
                return None;
            }
            let mut pack = Pack::default();
            let ended = fill(&mut pack, &mut source, most).await;
            let nothing = pack.items.is_empty() && pack.failed.is_none();
            (!nothing).then_some((pack, (!ended).then_some(source)))
        }
    })
}

/// Fills a pack, and says whether the source has ended. `most` 0 stands for one message.
async fn fill(pack: &mut Pack, source: &mut Source, most: usize) -> bool {
    let mut bytes = FRAME;
    loop {
        let next = source.as_mut().peek();
        let next = if pack.items.is_empty() {
            next.await
        } else {
            match tokio::time::timeout(LINGER, next).await {
                Ok(next) => next,
                Err(_) => return false,
            }
        };
        let size = match next {
            Some(Ok(item)) => item.wire.as_ref().map_or(0, |wire| wire.len() + 1),
            Some(Err(_)) => 0,
            None => return true,
        };
        // a comma less than there are messages
        if !pack.items.is_empty() && (bytes + size).saturating_sub(1) > most {
            return false;
        }
        match source.next().await {
            Some(Ok(item)) => pack.items.push(item),
            Some(Err(error)) => {
                pack.failed = Some(error);
                return true;
            }
            None => return true,
        }
        bytes += size;
    }
}
