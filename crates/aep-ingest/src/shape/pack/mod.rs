//! Many small files as few larger ones with the same rows.
//!
//! Files are put together that have the same format and the same directory, because directories may denote partitions:
//! JSON Lines line after line; CSV with the same header, once; JSON arrays element after element; Parquet with the same
//! schema, row group after row group, see [`parquet`](super::parquet). Nothing is copied: what is sent is read from the
//! files themselves. A file that can't be put together with others stays as it is.

mod row_groups;
mod text;

use aep_core::Result;
use tokio_util::sync::CancellationToken;

use super::Notes;
use crate::format::{Format, rank};
use crate::plan::Candidate;
use crate::source::Content;

/// Files in one packed file, at most: its description is in memory, and in a journal.
const FILES: usize = 10_000;

/// Files after packing.
pub(super) struct Packed {
    pub(super) files: Vec<Candidate>,
    pub(super) notes: Vec<String>,
}

/// One way of putting files together.
trait Pack: Sized {
    /// What has to be known of a file before it is taken.
    type Seen;

    /// Begins with a file.
    fn begin(seen: Self::Seen) -> Self;

    /// Whether a file has the same header or schema, and still fits below `target` bytes.
    fn fits(&self, seen: &Self::Seen, target: u64) -> Fits;

    /// Takes one file more.
    fn take(&mut self, seen: Self::Seen);

    /// All files as one; none if that can't be.
    fn finish(self) -> Option<Content>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fits {
    Yes,
    /// Another header or schema.
    Other,
    /// The pack is full.
    Full,
}

/// What of a file has been looked at, or why it stays alone.
type Look<T> = Result<std::result::Result<T, String>>;

/// Puts files together as long as they have up to `target` bytes. Blocks.
pub(super) fn pack(
    mut files: Vec<Candidate>,
    target: u64,
    cancel: &CancellationToken,
) -> Result<Packed> {
    files.sort_by(|a, b| {
        (rank(a.format), directory(&a.name), &a.name).cmp(&(
            rank(b.format),
            directory(&b.name),
            &b.name,
        ))
    });
    let mut job = Job {
        target,
        cancel,
        done: Vec::with_capacity(files.len()),
        alone: Notes::default(),
        from: 0,
        into: 0,
    };
    let all = files.len();
    let mut rest = files.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut group = vec![first];
        while let Some(next) = rest.next_if(|next| {
            group.first().is_some_and(|first| {
                first.format == next.format && directory(&first.name) == directory(&next.name)
            })
        }) {
            group.push(next);
        }
        job.group(group)?;
    }
    let mut notes = job.alone.finish("files were not packed with others");
    if job.from > 0 {
        notes.insert(
            0,
            format!(
                "{} of {all} files are sent packed into {}",
                job.from, job.into
            ),
        );
    }
    Ok(Packed {
        files: job.done,
        notes,
    })
}

fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}

struct Job<'a> {
    target: u64,
    cancel: &'a CancellationToken,
    done: Vec<Candidate>,
    alone: Notes,
    from: usize,
    into: usize,
}

impl Job<'_> {
    /// Packs files of one format in one directory.
    fn group(&mut self, files: Vec<Candidate>) -> Result<()> {
        match files.first().map(|file| file.format) {
            None => Ok(()),
            Some(Format::Parquet) => self.each::<row_groups::Pack>(files, row_groups::look),
            Some(Format::NdJson) => self.each::<text::Pack>(files, text::lines),
            Some(Format::Csv) => self.each::<text::Pack>(files, text::records),
            Some(Format::Json) => self.each::<text::Pack>(files, text::elements),
        }
    }

    fn each<P: Pack>(
        &mut self,
        files: Vec<Candidate>,
        look: fn(&Candidate, &CancellationToken) -> Look<P::Seen>,
    ) -> Result<()> {
        let mut open: Vec<(P, Vec<Candidate>)> = Vec::new();
        let mut number = 0;
        for file in files {
            if file.content.len() >= self.target {
                self.done.push(file);
                continue;
            }
            let seen = match look(&file, self.cancel)? {
                Ok(seen) => seen,
                Err(why) => {
                    self.alone
                        .add(|| format!("{} is not packed with others: {why}", file.name));
                    self.done.push(file);
                    continue;
                }
            };
            let place = open
                .iter()
                .position(|(pack, _)| pack.fits(&seen, self.target) != Fits::Other);
            match place.and_then(|place| open.get_mut(place)) {
                None => open.push((P::begin(seen), vec![file])),
                Some((pack, files)) => {
                    if files.len() < FILES && pack.fits(&seen, self.target) == Fits::Yes {
                        pack.take(seen);
                        files.push(file);
                    } else {
                        let full = std::mem::replace(pack, P::begin(seen));
                        let files = std::mem::replace(files, vec![file]);
                        self.close(full, files, &mut number);
                    }
                }
            }
        }
        for (pack, files) in open {
            self.close(pack, files, &mut number);
        }
        Ok(())
    }

    fn close<P: Pack>(&mut self, pack: P, files: Vec<Candidate>, number: &mut usize) {
        let packed = if files.len() > 1 { pack.finish() } else { None };
        let (Some(content), Some(first)) = (packed, files.first()) else {
            self.done.extend(files);
            return;
        };
        *number += 1;
        let extension = first.format.name();
        let name = match directory(&first.name) {
            "" => format!("packed-{number:04}.{extension}"),
            directory => format!("{directory}/packed-{number:04}.{extension}"),
        };
        self.from += files.len();
        self.into += 1;
        self.done.push(Candidate {
            name: name.into(),
            format: first.format,
            content,
        });
    }
}
