//! One large file as several smaller ones with the same rows.
//!
//! Text is cut where rows end: JSON Lines behind a line break, CSV behind a record with the header before every piece,
//! a JSON array between two elements with brackets around every piece. Parquet is cut between row groups, see
//! [`parquet`](super::parquet). Nothing is copied: the pieces are read from the file itself.

mod text;

use aep_core::Result;
use tokio_util::sync::CancellationToken;

use super::parquet::{self, Encode};
use crate::format::Format;
use crate::plan::Candidate;
use crate::source::Content;

/// What became of a file.
#[derive(Debug)]
pub(super) enum Cut {
    /// These pieces, in their order.
    Pieces(Vec<Content>),
    /// It can't be cut, for this reason.
    Whole(String),
}

/// Cuts a file into pieces of at most `limit` bytes. Blocks.
pub(super) fn split(
    file: &Candidate,
    limit: u64,
    encode: Encode<'_>,
    cancel: &CancellationToken,
) -> Result<Cut> {
    let content = &file.content;
    match (file.format, content) {
        (Format::NdJson, _) => text::lines(content, limit, cancel),
        (Format::Csv, _) => text::records(content, limit, cancel),
        (Format::Json, _) => text::elements(content, limit, cancel),
        (Format::Parquet, Content::File(origin)) => parquet::split(origin, limit, encode, cancel),
        (Format::Parquet, _) => Ok(Cut::Whole("it is put together already".to_owned())),
    }
}

/// The name of a piece: `events.json` becomes `events-0001.json`, `events-0002.json`, …
pub(super) fn name(whole: &str, number: usize) -> String {
    let file = whole.rsplit_once('/').map_or(whole, |(_, file)| file);
    match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            let before = &whole[..whole.len() - extension.len() - 1];
            format!("{before}-{number:04}.{extension}")
        }
        _ => format!("{whole}-{number:04}"),
    }
}

/// What is cut at, in words.
pub(super) fn between(format: Format) -> &'static str {
    match format {
        Format::Parquet => "row groups",
        Format::NdJson => "lines",
        Format::Csv => "records",
        Format::Json => "elements",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_numbered_before_the_extension() {
        assert_eq!(name("events.ndjson", 1), "events-0001.ndjson");
        assert_eq!(name("day=1.5/events", 12), "day=1.5/events-0012");
        assert_eq!(name("a/.hidden", 3), "a/.hidden-0003");
        assert_eq!(name("a.b.json", 12345), "a.b-12345.json");
    }
}
