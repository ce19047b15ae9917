//! Messages to an inlet: single ones, and any number of them.
//!
//! An inlet is made by Flow Service with a connection of the HTTP API. It takes whole XDM messages, or bare rows if its
//! connection is raw. An answer of the inlet says that a message was taken in, not that it landed: that happens some
//! minutes later, and what fails then is in the failed batch of the dataset.
//!
//! ```no_run
//! use aep_core::InletId;
//! use aep_ingest::streaming::{Outcome, lines};
//! use futures::{StreamExt, TryStreamExt};
//!
//! # async fn example(ingest: aep_ingest::Ingest) -> aep_core::Result<()> {
//! let inlet = ingest.inlet(InletId::new("0f3c…")?);
//! let file = tokio::fs::File::open("messages.ndjson").await.map_err(|error| {
//!     aep_core::Error::new(aep_core::ErrorKind::Io, "open the messages").because(error)
//! })?;
//! let mut sent = inlet.send_all(lines(tokio::io::BufReader::new(file))).boxed();
//! while let Some(sent) = sent.try_next().await? {
//!     if let Outcome::Refused(refusal) = sent.outcome {
//!         println!("message {}: {}", sent.number, refusal.message);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod answer;
mod array;
mod csv;
mod envelope;
mod lines;
mod message;
mod pace;
mod pack;
mod post;
mod send;

use std::num::NonZeroUsize;
use std::sync::Arc;

use aep_core::{FlowId, InletId, limits};
use bytes::Bytes;

pub use answer::Refusal;
#[cfg(any(test, fuzzing))]
pub(crate) use answer::entries;
pub use array::elements;
pub use csv::records;
pub use envelope::Envelope;
pub use lines::lines;
pub use send::{Outcome, Sent};

use crate::Ingest;

/// A message, or a row, as it is given to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// JSON text.
    pub text: Bytes,
    /// Why it can't be sent, if that is known already.
    pub wrong: Option<String>,
}

impl From<Bytes> for Given {
    fn from(text: Bytes) -> Self {
        Self { text, wrong: None }
    }
}

/// Requests that are under way at once, unless something else is asked for.
const CONCURRENCY: NonZeroUsize = NonZeroUsize::new(8).expect("eight is not zero");

/// An inlet and how to send to it. Cheap to clone.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `send_all`"]
pub struct Inlet {
    ingest: Ingest,
    id: InletId,
    flow: Option<FlowId>,
    envelope: Option<Envelope>,
    sync_validation: bool,
    authenticated: bool,
    at_most_once: bool,
    concurrency: NonZeroUsize,
    bytes: usize,
    /// Of requests with validation.
    pace: Arc<pace::Pace>,
}

impl Inlet {
    pub(crate) fn new(ingest: Ingest, id: InletId) -> Self {
        Self {
            ingest,
            id,
            flow: None,
            envelope: None,
            sync_validation: false,
            authenticated: false,
            at_most_once: false,
            concurrency: CONCURRENCY,
            bytes: usize::try_from(limits::STREAM_BYTES).unwrap_or(usize::MAX),
            pace: Arc::new(pace::Pace::per_minute(limits::STREAM_SYNC_PER_MINUTE)),
        }
    }

    /// Its id.
    pub fn id(&self) -> &InletId {
        &self.id
    }

    /// The flow that the messages are for, sent as `x-adobe-flow-id`: needed by raw data, and by an inlet with several
    /// flows.
    pub fn flow(mut self, flow: FlowId) -> Self {
        self.flow = Some(flow);
        self
    }

    /// Takes bare rows and puts each into a message. What is given back as refused is the row, so that it can be sent in
    /// the same way again.
    pub fn wrap(mut self, envelope: Envelope) -> Self {
        self.envelope = Some(envelope);
        self
    }

    /// Has each message checked against its schema before it is taken in: one request per message, at most 60 a minute
    /// (more are held back here), and not in every region (501). For development.
    pub fn sync_validation(mut self, on: bool) -> Self {
        self.sync_validation = on;
        self
    }

    /// Sends token, key and organisation: for an inlet whose connection was made with `authenticationRequired`. Without
    /// it an inlet gets none of them.
    pub fn authenticated(mut self, on: bool) -> Self {
        self.authenticated = on;
        self
    }

    /// Never sends a message twice. Otherwise a request whose answer was lost, or that was answered with 5xx, is sent again,
    /// as Adobe's documentation of streaming ingestion asks; such a message can arrive twice, and its `_id` tells.
    pub fn at_most_once(mut self, on: bool) -> Self {
        self.at_most_once = on;
        self
    }

    /// Requests that are under way at once, 8 by default; so many requests of 1 MB are in memory.
    pub fn concurrency(mut self, requests: NonZeroUsize) -> Self {
        self.concurrency = requests;
        self
    }

    /// Bytes of one request at most; never more than [`limits::STREAM_BYTES`].
    pub fn request_bytes(mut self, bytes: usize) -> Self {
        let most = usize::try_from(limits::STREAM_BYTES).unwrap_or(usize::MAX);
        self.bytes = bytes.min(most);
        self
    }

    /// What goes over the wire for this text, or why it cannot be sent.
    fn message(&self, given: &Given) -> Result<Vec<u8>, Refusal> {
        if let Some(wrong) = &given.wrong {
            return Err(Refusal::ours(wrong.clone()));
        }
        let message = message::check(&given.text)?;
        let message = match &self.envelope {
            Some(envelope) => envelope.around(message, self.flow.as_ref())?,
            None => message.get().as_bytes().to_vec(),
        };
        let most = self.bytes.saturating_sub(pack::FRAME);
        if message.len() > most {
            return Err(Refusal::ours(format!(
                "the message has {} bytes, a request takes {most}",
                message.len()
            )));
        }
        Ok(message)
    }
}
