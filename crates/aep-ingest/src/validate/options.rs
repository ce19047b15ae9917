//! How to check.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::Stop;

/// How to check. [`Options::default`] is what the platform would do.
#[derive(Debug, Clone)]
pub struct Options {
    /// Examples kept of each rule at each path; all are counted. Default 5.
    pub max_examples: usize,
    /// What a field that the schema doesn't have is. Default: an error, because the schema of a
    /// file must be a subset of the dataset's.
    pub unknown: OnUnknown,
    /// How CSV is written.
    pub csv: CsvOptions,
    /// The longest row of a text format, in bytes; a longer one is a finding. Default 16 MiB.
    pub max_row_bytes: usize,
    /// The deepest nesting of JSON; a deeper row is a finding. Default 128.
    pub max_depth: usize,
    /// Threads that check. Default: one for each processor, four at most.
    pub threads: usize,
    /// To see how far it is, and to stop it.
    pub watch: Option<Arc<Watch>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_examples: 5,
            unknown: OnUnknown::Error,
            csv: CsvOptions::default(),
            max_row_bytes: 16 << 20,
            max_depth: 128,
            threads: std::thread::available_parallelism()
                .map_or(1, usize::from)
                .min(4),
            watch: None,
        }
    }
}

impl Options {
    /// Counts bytes for the watcher; an error when it said stop.
    pub(crate) fn advance(&self, bytes: usize) -> Result<(), Stop> {
        let Some(watch) = &self.watch else {
            return Ok(());
        };
        watch.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        if watch.stop.load(Ordering::Relaxed) {
            Err(Stop::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// What a field that the schema doesn't have is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnknown {
    /// The row is refused.
    #[default]
    Error,
    /// The row is accepted, and the field reported as a warning.
    Warn,
}

/// How CSV is written. The defaults are those of the platform's `inputFormat`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    /// Between fields; default `,`.
    pub delimiter: u8,
    /// Around a field that holds the delimiter or a line break; doubled, it stands for itself.
    /// Default `"`.
    pub quote: u8,
    /// Before a quote, or itself, inside a quoted field; default `\`.
    pub escape: Option<u8>,
    /// The text that stands for null, besides no text at all; default empty.
    pub null_marker: String,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            escape: Some(b'\\'),
            null_marker: String::new(),
        }
    }
}

/// Shared with a running check: how far it is, and whether to go on.
#[derive(Debug, Default)]
pub struct Watch {
    bytes: AtomicU64,
    stop: AtomicBool,
}

impl Watch {
    /// Bytes of the file read so far; for Parquet, the compressed bytes of the columns done.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Ends the check soon, with an error of kind `Cancelled`.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
