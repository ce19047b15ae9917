//! Messages from CSV.

use std::collections::VecDeque;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use futures::Stream;
use futures::stream::try_unfold;
use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use super::Given;
use crate::convert::Record;
use crate::shape::{Records, Rows};
use crate::validate::CsvOptions;
use crate::validate::csv::record::Reader;
use crate::xdm::Schema;

/// A longer record is no message: none over 1 MB can be sent.
const LONGEST: usize = 16 << 20;

/// The records of `reader` as rows, one message each, read as they are asked for. The first record names the columns by
/// XDM paths. Values are of the types of the schema; without one every value is a text. An empty cell is a field that is
/// not there. A record that can't be such a row comes with the reason, and is refused when it is sent.
///
/// # Errors
/// [`ErrorKind::Io`] if reading fails; [`ErrorKind::Usage`] for a header that is none of the schema, a last record that
/// ends inside quotes, or one of more than 16 MiB.
pub fn records<R>(
    reader: R,
    schema: Option<Arc<Schema>>,
) -> impl Stream<Item = Result<Given>> + Send
where
    R: AsyncBufRead + Unpin + Send,
{
    try_unfold(
        (reader, Cut::new(schema)),
        |(mut reader, mut cut)| async move {
            loop {
                if let Some(given) = cut.next()? {
                    return Ok(Some((given, (reader, cut))));
                }
                if cut.over {
                    return Ok(None);
                }
                let piece = reader.fill_buf().await;
                let piece = piece.map_err(|error| {
                    Error::new(ErrorKind::Io, "read the messages").because(error)
                })?;
                let read = piece.len();
                cut.more(piece)?;
                reader.consume(read);
            }
        },
    )
}

struct Cut {
    schema: Option<Arc<Schema>>,
    csv: CsvOptions,
    scan: Records,
    /// Bytes of records that were not taken yet; where in the text they begin.
    text: Vec<u8>,
    start: u64,
    /// Where records begin and end.
    found: VecDeque<(u64, u64)>,
    header: Option<Record>,
    number: u64,
    over: bool,
}

impl Cut {
    fn new(schema: Option<Arc<Schema>>) -> Self {
        let csv = CsvOptions::default();
        Self {
            schema,
            scan: Records::new(&csv),
            csv,
            text: Vec::new(),
            start: 0,
            found: VecDeque::new(),
            header: None,
            number: 0,
            over: false,
        }
    }

    /// Takes more of the text; nothing is its end.
    fn more(&mut self, piece: &[u8]) -> Result<()> {
        let at = self.start + self.text.len() as u64;
        let mut row = |start, end| self.found.push_back((start, end));
        let scanned = if piece.is_empty() {
            self.over = true;
            self.scan.end(at, &mut row)
        } else {
            self.scan.more(piece, at, &mut row)
        };
        scanned.map_err(|odd| self.wrong(odd))?;
        self.text.extend_from_slice(piece);
        if self.found.is_empty() && self.text.len() > LONGEST {
            return Err(self.wrong("it is longer than 16 MiB".to_owned()));
        }
        Ok(())
    }

    /// The next row whose record is whole.
    fn next(&mut self) -> Result<Option<Given>> {
        while let Some((start, end)) = self.found.pop_front() {
            self.number += 1;
            let at = |byte: u64| usize::try_from(byte - self.start).unwrap_or(usize::MAX);
            let record = self
                .text
                .get(at(start)..at(end))
                .unwrap_or_default()
                .to_vec();
            if self.found.is_empty() {
                self.text.drain(..at(end).min(self.text.len()));
                self.start = end;
            }
            let record = match self.number {
                1 => record.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&record),
                _ => &record,
            };
            let Ok(text) = std::str::from_utf8(record) else {
                if self.header.is_none() {
                    return Err(self.wrong("it is not UTF-8".to_owned()));
                }
                let text = String::from_utf8_lossy(record);
                return Ok(Some(given(
                    &[&*text].as_slice().into(),
                    Some("it is not UTF-8".to_owned()),
                )));
            };
            let (mut cells, mut scratch) = (Vec::new(), String::new());
            let read = Reader::new(record, &self.csv).next(&mut cells);
            let bad = read.and_then(|(_, bad)| bad);
            let cells: Vec<String> = cells
                .iter()
                .map(|cell| cell.value(text, &self.csv, &mut scratch).to_owned())
                .collect();
            let Some(header) = &self.header else {
                if let Some(bad) = bad {
                    return Err(self.wrong(format!("expected {}", bad.expected)));
                }
                self.header = Some(Record::new(cells, self.schema.as_deref())?);
                continue;
            };
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            if let Some(bad) = bad {
                let why = format!("it is no record of CSV: expected {}", bad.expected);
                return Ok(Some(given(&cells.into(), Some(why))));
            }
            let (row, wrong) = header.row(&cells);
            return Ok(Some(given(&row, wrong)));
        }
        Ok(None)
    }

    fn wrong(&self, why: String) -> Error {
        Error::new(ErrorKind::Usage, "read the messages")
            .with("record", self.number + 1)
            .because(why)
            .hint("give CSV whose first line names the columns by XDM paths")
    }
}

fn given(row: &serde_json::Value, wrong: Option<String>) -> Given {
    Given {
        text: Bytes::from(row.to_string()),
        wrong,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use futures::TryStreamExt;
    use tokio::io::BufReader;

    use super::*;
    use crate::validate::tests::support::members;

    async fn read(text: &[u8], buffer: usize) -> Result<Vec<(String, Option<String>)>> {
        let reader = BufReader::with_capacity(buffer, text);
        let rows: Vec<Given> = records(reader, Some(Arc::new(members())))
            .try_collect()
            .await?;
        let text = |given: Given| (String::from_utf8(given.text.to_vec()).unwrap(), given.wrong);
        Ok(rows.into_iter().map(text).collect())
    }

    #[tokio::test]
    async fn records_are_rows_whatever_the_pieces() {
        let text =
            "\u{feff}_id,_local.points\r\n1,5\r\n\r\n\"a\n\"\"b\"\"\",6\n3,x\n4\n5,".as_bytes();
        for buffer in [1, 2, 7, 1000] {
            let rows = read(text, buffer).await.unwrap();
            let texts: Vec<&str> = rows.iter().map(|(text, _)| &**text).collect();
            assert_eq!(
                texts,
                [
                    r#"{"_id":"1","_local":{"points":5}}"#,
                    r#"{"_id":"a\n\"b\"","_local":{"points":6}}"#,
                    r#"{"_id":"3","_local":{"points":"x"}}"#,
                    r#"["4"]"#,
                    r#"{"_id":"5"}"#,
                ]
            );
            let wrong: Vec<bool> = rows.iter().map(|(_, wrong)| wrong.is_some()).collect();
            assert_eq!(wrong, [false, false, true, true, false]);
        }
    }

    #[tokio::test]
    async fn what_is_no_csv_is_refused() {
        for text in [&b"_id\n\"1"[..], b"_id,surprise\n1,2\n", b"_id,\xff\n1,2\n"] {
            let error = read(text, 9).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{}", error.report());
        }
        let rows = read(b"_id\n\xff\n", 9).await.unwrap();
        assert_eq!(rows[0].1.as_deref(), Some("it is not UTF-8"));
        assert!(read(b"", 9).await.unwrap().is_empty());
    }
}
