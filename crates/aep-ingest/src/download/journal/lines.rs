//! The lines of the journal.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// The form of the file.
pub(super) const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Line {
    /// What is downloaded.
    Download { version: u32, source: String },
    /// A file was begun.
    Begin { path: String, of: Identity },
    /// Bytes of it are in its part file.
    Piece {
        path: String,
        first: u64,
        end: u64,
        hash: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<String>,
    },
    /// It is there under its own name.
    Done { path: String, of: Identity },
}

/// What makes a stored file that file and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// Where its bytes come from.
    pub(crate) from: String,
    /// Its size, if the service says so.
    pub(crate) length: Option<u64>,
}

/// Bytes of a part file, from the first one to before `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) first: u64,
    pub(super) end: u64,
    pub(super) hash: String,
}

/// What is known of a file from an earlier run.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) of: Identity,
    pub(super) done: bool,
    pub(super) pieces: Vec<Piece>,
    pub(super) mark: Option<String>,
}

/// What the journal says, and how many of its bytes are whole lines. A line that is not whole is the last one that counts.
pub(super) fn read(text: &[u8]) -> (Option<String>, HashMap<String, Known>, usize) {
    let mut head = None;
    let mut known: HashMap<String, Known> = HashMap::new();
    let mut whole = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let parsed = line.strip_suffix(b"\n").map(serde_json::from_slice::<Line>);
        let Some(Ok(line_read)) = parsed else { break };
        match line_read {
            Line::Download { version, source } if whole == 0 && version == VERSION => {
                head = Some(source);
            }
            _ if head.is_none() => break,
            Line::Download { .. } => break,
            Line::Begin { path, of } => {
                let begun = Known {
                    of,
                    done: false,
                    pieces: Vec::new(),
                    mark: None,
                };
                match known.get(&path) {
                    // gone on with
                    Some(before) if before.of == begun.of && !before.done => {}
                    _ => drop(known.insert(path, begun)),
                }
            }
            Line::Piece {
                path,
                first,
                end,
                hash,
                mark,
            } => {
                if let Some(known) = known.get_mut(&path) {
                    if known.mark.is_some() && known.mark != mark {
                        known.pieces.clear();
                    }
                    known.pieces.push(Piece { first, end, hash });
                    known.mark = mark;
                }
            }
            Line::Done { path, of } => {
                let done = Known {
                    of,
                    done: true,
                    pieces: Vec::new(),
                    mark: None,
                };
                known.insert(path, done);
            }
        }
        whole += line.len();
    }
    (head, known, whole)
}
