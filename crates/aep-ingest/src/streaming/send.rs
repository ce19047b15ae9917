//! Any number of messages.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aep_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, unfold};
use futures::{FutureExt, Stream, StreamExt};

use super::answer::Entry;
use super::pack::{Item, Pack, packs};
use super::{Given, Inlet, Refusal};

/// A message and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Which one it was, from 1.
    pub number: u64,
    /// The message, or the row, as it was given.
    pub text: Bytes,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The inlet took it in and gave it this id.
    Accepted(Option<String>),
    /// It was refused, by the inlet or before it was sent.
    Refused(Refusal),
    /// Not known to have arrived: it was not sent, or the answer was lost or said nothing about it.
    Unconfirmed,
}

/// What became of a request, or of several if it had to be split.
#[derive(Default)]
struct Done {
    sent: Vec<Sent>,
    error: Option<Error>,
}

impl Inlet {
    /// Sends messages, as JSON texts, in requests of at most 1 MB. They come back in their order, each with what became of
    /// it; all that are not accepted can be sent again. Messages are read as there is room for them, and a request does
    /// not wait long for more.
    ///
    /// # Errors
    /// A message that is refused is no error. When `messages` fails, or sending fails in a way that the next messages would
    /// share (no such inlet, not allowed, network), no more are read; those that were read come back, and then the error.
    pub fn send_all<S, G>(self, messages: S) -> impl Stream<Item = Result<Sent>> + Send + 'static
    where
        S: Stream<Item = Result<G>> + Send + 'static,
        G: Into<Given> + 'static,
    {
        let stopped = Arc::new(AtomicBool::new(false));
        let concurrency = self.concurrency.get();
        let packs = packs(self.clone(), messages, Arc::clone(&stopped));
        let inlet = Arc::new(self);
        let done = packs
            .map(move |pack| deliver(Arc::clone(&inlet), pack, Arc::clone(&stopped)))
            .buffered(concurrency)
            .boxed();
        unfold(Replies::new(done), |mut replies| async {
            let next = replies.next().await?;
            Some((next, replies))
        })
    }

    /// Sends the messages of a request that are fit to be sent; in halves if they turn out to be too many.
    fn request<'a>(&'a self, items: &'a [(usize, &'a [u8])]) -> BoxFuture<'a, Answers> {
        async move {
            let texts: Vec<&[u8]> = items.iter().map(|(_, wire)| *wire).collect();
            let answered = match texts.as_slice() {
                [one] if self.sync_validation => {
                    self.single(one.to_vec()).await.map(|entry| vec![entry])
                }
                texts => self.together(texts).await,
            };
            let error = match answered {
                Ok(entries) => {
                    let entries = entries.into_iter().map(Outcome::from);
                    return (items.iter().map(|(at, _)| *at).zip(entries).collect(), None);
                }
                Err(error) => error,
            };
            if error.status() == Some(413) && items.len() > 1 {
                let (left, right) = items.split_at(items.len() / 2);
                let (mut answers, error) = self.request(left).await;
                if error.is_some() {
                    return (answers, error);
                }
                let (more, error) = self.request(right).await;
                answers.extend(more);
                return (answers, error);
            }
            if matches!(error.status(), Some(400 | 413 | 415 | 422)) {
                let refusal = Refusal::of(&error);
                let all = items
                    .iter()
                    .map(|(at, _)| (*at, Outcome::Refused(refusal.clone())));
                return (all.collect(), None);
            }
            (Vec::new(), Some(error))
        }
        .boxed()
    }
}

/// Outcomes by place in the pack; places that are missing are not confirmed.
type Answers = (Vec<(usize, Outcome)>, Option<Error>);

impl From<Entry> for Outcome {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Accepted(id) => Self::Accepted(id),
            Entry::Refused(refusal) => Self::Refused(refusal),
            Entry::Missing => Self::Unconfirmed,
        }
    }
}

async fn deliver(inlet: Arc<Inlet>, pack: Pack, stopped: Arc<AtomicBool>) -> Done {
    let mut outcomes: Vec<Outcome> = pack
        .items
        .iter()
        .map(|item| match &item.wire {
            Ok(_) => Outcome::Unconfirmed,
            Err(refusal) => Outcome::Refused(refusal.clone()),
        })
        .collect();
    let fit: Vec<(usize, &[u8])> = pack
        .items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| Some((at, item.wire.as_deref().ok()?)))
        .collect();
    let mut error = None;
    if !fit.is_empty() && !stopped.load(Ordering::Relaxed) {
        let answered = match inlet.ingest.guard().await {
            Ok(()) => inlet.request(&fit).await,
            Err(error) => (Vec::new(), Some(error)),
        };
        for (at, outcome) in answered.0 {
            if let Some(place) = outcomes.get_mut(at) {
                *place = outcome;
            }
        }
        error = answered.1;
    }
    let error = error.or(pack.failed);
    // a dry run writes down all requests, so one that was not sent stops nothing
    let dry = |error: &Error| error.kind() == ErrorKind::Cancelled;
    if error.as_ref().is_some_and(|error| !dry(error)) {
        stopped.store(true, Ordering::Relaxed);
    }
    let sent = pack.items.into_iter().zip(outcomes);
    let sent = sent.map(|(Item { number, text, .. }, outcome)| Sent {
        number,
        text,
        outcome,
    });
    Done {
        sent: sent.collect(),
        error,
    }
}

/// What has come back, taken apart; the first error is kept for the end.
struct Replies {
    done: BoxStream<'static, Done>,
    ready: VecDeque<Sent>,
    error: Option<Error>,
}

impl Replies {
    fn new(done: BoxStream<'static, Done>) -> Self {
        Self {
            done,
            ready: VecDeque::new(),
            error: None,
        }
    }

    async fn next(&mut self) -> Option<Result<Sent>> {
        loop {
            if let Some(sent) = self.ready.pop_front() {
                return Some(Ok(sent));
            }
            let Some(done) = self.done.next().await else {
                return self.error.take().map(Err);
            };
            self.ready.extend(done.sent);
            self.error = self.error.take().or(done.error);
        }
    }
}
