//! A range of a file, from the service into the part file.

use std::sync::Arc;
use std::time::Duration;

use aep_core::{Error, ErrorKind, Response, Result};
use bytes::BytesMut;
use futures::StreamExt;
use http::StatusCode;
use http::header::{CONTENT_RANGE, ETAG, LAST_MODIFIED};

use super::fetch::{Job, Shared, failed};
use super::out::Out;
use crate::wire::access;

/// Bytes that are written at once.
const WRITE: usize = 256 * 1024;

/// How often a range may break off without a single byte more.
const VAIN: u32 = 5;

/// What is to be fetched: from `first` on so many bytes, or all if the size is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) first: u64,
    pub(super) len: Option<u64>,
}

/// The bytes that are not kept, in ranges of at most so many. `kept` is sorted, its ranges do not touch.
pub(super) fn missing(length: u64, kept: &[(u64, u64)], most: u64) -> Vec<Missing> {
    let mut ranges = Vec::new();
    let mut at = 0;
    for (first, end) in kept.iter().copied().chain([(length, length)]) {
        while at < first {
            let len = most.min(first - at);
            ranges.push(Missing {
                first: at,
                len: Some(len),
            });
            at += len;
        }
        at = at.max(end);
    }
    ranges
}

/// What the server says to tell versions of the file apart, from its first answer on.
#[derive(Debug)]
pub(super) struct Mark(std::sync::OnceLock<String>);

impl Mark {
    pub(super) fn new(known: Option<String>) -> Self {
        let mark = std::sync::OnceLock::new();
        if let Some(known) = known {
            let _ = mark.set(known);
        }
        Self(mark)
    }

    pub(super) fn get(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    /// Whether an answer is of the same version.
    fn is_same(&self, headers: &http::HeaderMap) -> bool {
        mark_in(headers).is_none_or(|now| *self.0.get_or_init(|| now.clone()) == now)
    }
}

pub(super) fn mark_in(headers: &http::HeaderMap) -> Option<String> {
    [ETAG, LAST_MODIFIED]
        .iter()
        .find_map(|name| headers.get(name)?.to_str().ok().map(str::to_owned))
}

pub(super) struct Range<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) job: &'a Job,
    pub(super) mark: &'a Arc<Mark>,
    pub(super) missing: Missing,
}

impl Range<'_> {
    /// Fetches the range, going on where an answer broke off. Answers the number of bytes.
    pub(super) async fn fetch(&self, mut out: Out) -> Result<u64> {
        let Missing { first, len } = self.missing;
        let mut vain = 0;
        loop {
            let before = out.at;
            let result;
            (out, result) = self.attempt(out).await;
            let done = out.at - first;
            let noted = out.note(self.mark.get());
            noted.map_err(|error| failed(&self.job.file, "write the download", error))?;
            match result {
                Ok(()) if len.is_none_or(|len| done >= len) => return Ok(done),
                // the service may send less than was asked for
                Ok(()) if out.at > before => vain = 0,
                Ok(()) => {
                    let error = format!("the bytes from {} on never came", out.at);
                    return Err(failed(&self.job.file, "download a file", error)
                        .of_kind(ErrorKind::Protocol));
                }
                Err(error) if len.is_some() && error.is_retryable() => {
                    vain = if out.at > before { 1 } else { vain + 1 };
                    if vain >= VAIN {
                        return Err(error);
                    }
                    tokio::time::sleep(Duration::from_millis(100) * 2_u32.pow(vain)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn attempt(&self, out: Out) -> (Out, Result<()>) {
        let at = out.at;
        let left = self.missing.len.map(|len| len - (at - self.missing.first));
        // without a known length, or for the whole of a small file, a plain request is the safest
        let whole = at == 0 && left == self.job.file.length;
        let range = if whole {
            None
        } else {
            left.map(|left| (at, at + left.max(1) - 1))
        };
        let (origin, path) = (self.job.file.origin(), self.job.file.path());
        let answer = match access::content(&self.shared.client, origin, path, range).await {
            Ok(answer) => answer,
            Err(error) => return (out, Err(error)),
        };
        match self.begins(&answer, at) {
            Ok(begins) => self.copy(answer, out, at - begins, left).await,
            Err(error) => (out, Err(error)),
        }
    }

    /// Where the bytes of the answer begin in the file, if it is the file that it was.
    fn begins(&self, answer: &Response, asked: u64) -> Result<u64> {
        let (begins, total) = if answer.status() == StatusCode::PARTIAL_CONTENT {
            let header = answer.header(CONTENT_RANGE.as_str()).unwrap_or_default();
            parse(header).ok_or_else(|| {
                Error::new(ErrorKind::Protocol, "download a file")
                    .with("Content-Range", header)
                    .because("it can't be understood")
            })?
        } else {
            (0, None)
        };
        let other_length =
            total.is_some() && self.job.file.length.is_some_and(|l| Some(l) != total);
        if other_length || !self.mark.is_same(answer.headers()) {
            return Err(failed(
                &self.job.file,
                "download a file",
                "it was replaced on the server while it was downloaded",
            )
            .of_kind(ErrorKind::Conflict)
            .hint("run the same command again: the file is begun anew"));
        }
        if begins > asked {
            let error =
                format!("bytes from {asked} on were asked for, the answer begins at {begins}");
            return Err(
                failed(&self.job.file, "download a file", error).of_kind(ErrorKind::Protocol)
            );
        }
        Ok(begins)
    }

    /// Writes the answer without its first `skip` bytes and no more than `left`.
    async fn copy(
        &self,
        answer: Response,
        mut out: Out,
        mut skip: u64,
        mut left: Option<u64>,
    ) -> (Out, Result<()>) {
        let mut stream = answer.into_stream();
        let mut held = BytesMut::new();
        let mut end = Ok(());
        loop {
            let piece = match stream.next().await {
                Some(Ok(piece)) => Some(piece),
                Some(Err(error)) => {
                    end = Err(error);
                    None
                }
                None => None,
            };
            let last = piece.is_none();
            if let Some(mut piece) = piece {
                let over = usize::try_from(skip).unwrap_or(usize::MAX).min(piece.len());
                skip -= over as u64;
                let mut piece = piece.split_off(over);
                if let Some(left) = &mut left {
                    piece.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= piece.len() as u64;
                }
                held.extend_from_slice(&piece);
            }
            let last = last || left == Some(0);
            if held.len() >= WRITE || (last && !held.is_empty()) {
                let bytes = held.split().freeze();
                let count = bytes.len() as u64;
                let written;
                (out, written) = out.write(bytes, Arc::clone(self.mark)).await;
                if let Err(error) = written {
                    return (
                        out,
                        Err(failed(&self.job.file, "write the download", error)),
                    );
                }
                if let Some(tell) = &self.shared.options.on_bytes {
                    tell(count);
                }
            }
            if last {
                return (out, end);
            }
        }
    }
}

/// `first` and the size of the whole in `bytes first-last/size`.
pub(crate) fn parse(header: &str) -> Option<(u64, Option<u64>)> {
    let range = header.trim().strip_prefix("bytes")?.trim_start();
    let (first, rest) = range.split_once('-')?;
    let total = rest.split_once('/').map(|(_, total)| total.trim());
    Some((
        first.trim().parse().ok()?,
        total.and_then(|total| total.parse().ok()),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn content_range_is_read_leniently() {
        assert_eq!(parse("bytes 100-199/249058"), Some((100, Some(249_058))));
        assert_eq!(parse("bytes  0-9/*"), Some((0, None)));
        assert_eq!(parse("items 0-9/10"), None);
        assert_eq!(parse(""), None);
    }

    proptest! {
        #[test]
        fn what_is_missing_and_what_is_kept_make_the_whole(
            length in 0_u64..500, cuts in proptest::collection::vec(0_u64..500, 0..8), most in 1_u64..60
        ) {
            let mut cuts: Vec<u64> = cuts.into_iter().filter(|cut| *cut <= length).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let kept: Vec<(u64, u64)> = cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            let ranges = missing(length, &kept, most);
            let mut all: Vec<(u64, u64)> = kept.clone();
            for range in ranges {
                let len = range.len.unwrap_or_default();
                prop_assert!(len > 0 && len <= most);
                all.push((range.first, range.first + len));
            }
            all.sort_unstable();
            let mut at = 0;
            for (first, end) in all {
                prop_assert_eq!(first, at);
                at = end;
            }
            prop_assert_eq!(at, length);
        }
    }
}
