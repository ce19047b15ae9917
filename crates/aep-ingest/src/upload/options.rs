//! Settings of an upload.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use aep_core::{BatchId, Error, ErrorKind};
use serde::{Deserialize, Serialize};

use super::event::OnEvent;
use crate::convert::Mapping;
use crate::plan::Limits;
use crate::validate::sift::Only;
use crate::validate::{self, OnUnknown};
use crate::{InputFormat, WaitOptions};

/// What is done about rows that don't fit the dataset's schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Validate {
    /// Nothing is sent.
    #[default]
    Strict,
    /// They are reported, and everything is sent.
    Warn,
    /// Rows are not looked at.
    Off,
}

/// What becomes of unfinished batches if an upload fails or is cancelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// They are aborted: nothing stays on the server.
    #[default]
    Abort,
    /// They stay open with the files that they have.
    Keep,
}

/// How a file over the size of a single request is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LargeFiles {
    /// Split where its format allows it and the pieces are the same rows as they are; in chunks otherwise.
    #[default]
    Auto,
    /// Split into smaller files with the same rows. A Parquet row group that is too large alone is written anew.
    Split,
    /// In chunks that the platform puts together again.
    Chunk,
}

macro_rules! words {
    ($name:ident, $what:literal, $($variant:ident = $word:literal),+) => {
        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Error::new(ErrorKind::Usage, concat!("read ", $what))
                        .with("value", text)
                        .hint(concat!("it is one of:" $(, " ", $word)+))),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),+ })
            }
        }
    };
}

words!(
    Validate,
    "how to validate",
    Strict = "strict",
    Warn = "warn",
    Off = "off"
);
words!(
    OnFailure,
    "what to do on failure",
    Abort = "abort",
    Keep = "keep"
);
words!(
    LargeFiles,
    "how to send large files",
    Auto = "auto",
    Split = "split",
    Chunk = "chunk"
);

/// Content of files that is in memory at once, unless told otherwise.
const MEMORY: u64 = 8 * 1024 * 1024;

/// Requests with data at once, unless told otherwise.
const CONCURRENCY: usize = 8;

/// Rows of a batch that are sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repairs {
    /// Their numbers, counted through all files in the order of their names; all rows if none.
    pub(crate) only: Option<Only>,
    /// Rows that the files must have, if only some are taken.
    pub(crate) total: Option<u64>,
    /// Rows that there can be at most.
    pub(crate) most: u64,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "questions with nothing in common"
)]
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) format: InputFormat,
    pub(crate) validate: Validate,
    /// Files become Parquet, their columns what this says.
    pub(crate) convert: Option<Arc<Mapping>>,
    pub(crate) on_failure: OnFailure,
    /// Where rows go that don't fit, instead of being a reason to send nothing.
    pub(crate) rejects: Option<PathBuf>,
    pub(crate) unknown: OnUnknown,
    /// Places that are told of each rule at each path.
    pub(crate) examples: usize,
    /// Only the rows that failed in another batch are sent.
    pub(crate) repairs: Option<Repairs>,
    /// Batches that this upload takes the place of.
    pub(crate) replaces: Vec<BatchId>,
    pub(crate) partial: Option<f64>,
    pub(crate) diagnostics: bool,
    pub(crate) tags: BTreeMap<String, Vec<String>>,
    pub(crate) concurrency: usize,
    pub(crate) memory: u64,
    pub(crate) large_files: LargeFiles,
    pub(crate) pack: bool,
    pub(crate) wait: bool,
    pub(crate) waiting: WaitOptions,
    pub(crate) on_event: Option<OnEvent>,
    pub(crate) limits: Limits,
    pub(crate) allow_duplicate: bool,
    /// Whether the rows go to profiles, too.
    pub(crate) profiles: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: InputFormat::Auto,
            validate: Validate::Strict,
            convert: None,
            on_failure: OnFailure::Abort,
            rejects: None,
            unknown: OnUnknown::default(),
            examples: validate::Options::default().max_examples,
            repairs: None,
            replaces: Vec::new(),
            partial: None,
            diagnostics: false,
            tags: BTreeMap::new(),
            concurrency: CONCURRENCY,
            memory: MEMORY,
            large_files: LargeFiles::Auto,
            pack: false,
            wait: true,
            waiting: WaitOptions::default(),
            on_event: None,
            limits: Limits::default(),
            allow_duplicate: false,
            profiles: false,
        }
    }
}
