//! CSV with a header. A dot in a header name separates the steps of a path into the schema (emulator choice: the
//! platform's own CSV path takes flat schemas only).

use std::cell::Cell;
use std::collections::HashSet;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};

use super::{Header, MAX_ROW, Row, Rows};
use crate::lake::datum::Datum;
use crate::lake::fault::Fault;
use crate::lake::format::CsvOptions;

/// Rows of a CSV file.
pub(crate) struct CsvRows<R> {
    reader: csv::Reader<Meter<R>>,
    left: Rc<Cell<usize>>,
    options: CsvOptions,
    names: Vec<String>,
    tree: Vec<(String, Node)>,
    record: ByteRecord,
}

/// Where each cell belongs.
enum Node {
    Cell(usize),
    Group(Vec<(String, Node)>),
}

/// Ends the input when one record has taken too many bytes, as one with a quote that is never closed would.
struct Meter<R> {
    source: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "a row is too long",
            ));
        }
        let end = into.len().min(left);
        let count = self.source.read(&mut into[..end])?;
        self.left.set(left - count);
        Ok(count)
    }
}

impl<R: BufRead> CsvRows<R> {
    /// Reads the header.
    pub(crate) fn new(mut source: R, options: &CsvOptions) -> Result<Self, Fault> {
        let first = source
            .fill_buf()
            .map_err(|error| Fault::io(&error))?
            .first()
            .copied();
        match first {
            None => return Err(Fault::empty_file()),
            Some(b'\n' | b'\r') => return Err(Fault::empty_header()),
            Some(_) => {}
        }
        let left = Rc::new(Cell::new(MAX_ROW));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(options.delimiter)
            .quote(options.quote)
            .escape((options.escape != options.quote).then_some(options.escape))
            .from_reader(Meter {
                source,
                left: Rc::clone(&left),
            });
        let mut rows = Self {
            reader,
            left,
            options: options.clone(),
            names: Vec::new(),
            tree: Vec::new(),
            record: ByteRecord::new(),
        };
        if !rows.fill()? {
            return Err(Fault::empty_header());
        }
        rows.names = rows.header_names()?;
        rows.tree = tree(&rows.names)?;
        Ok(rows)
    }

    fn fill(&mut self) -> Result<bool, Fault> {
        self.left.set(MAX_ROW);
        self.reader
            .read_byte_record(&mut self.record)
            .map_err(|error| match error.kind() {
                csv::ErrorKind::Io(cause) if cause.kind() == io::ErrorKind::FileTooLarge => {
                    Fault::corrupt_file(&format!(
                        "a row is longer than {MAX_ROW} bytes; is a quote not closed?"
                    ))
                }
                _ => Fault::internal(error),
            })
    }

    fn header_names(&self) -> Result<Vec<String>, Fault> {
        let mut names = Vec::new();
        for cell in &self.record {
            let name = self.options.charset.decode(cell).ok_or_else(|| {
                Fault::corrupt_file(&format!(
                    "the header is not {} text",
                    self.options.charset.name()
                ))
            })?;
            names.push(name);
        }
        if names.iter().all(|name| name.trim().is_empty()) {
            return Err(Fault::empty_header());
        }
        if names.iter().any(|name| name.contains('\0')) {
            return Err(Fault::corrupt_file("the header contains NUL bytes"));
        }
        Ok(names)
    }

    fn row(&self) -> Row {
        if self.record.len() != self.names.len() {
            let message = format!(
                "the row has {} cells, the header has {}",
                self.record.len(),
                self.names.len()
            );
            return self.corrupt(message);
        }
        let mut cells = Vec::with_capacity(self.record.len());
        for (cell, name) in self.record.iter().zip(&self.names) {
            let Some(text) = self.options.charset.decode(cell) else {
                return self.corrupt(format!(
                    "column {name} is not {} text",
                    self.options.charset.name()
                ));
            };
            if text.contains('\0') {
                return self.corrupt(format!("column {name} contains a NUL byte"));
            }
            cells.push(if text == self.options.null_marker || text.is_empty() {
                None
            } else {
                Some(text)
            });
        }
        let fields = self
            .tree
            .iter()
            .map(|(name, node)| (name.clone(), datum(node, &mut cells)))
            .collect();
        Row::Good(
            Datum::Object(fields),
            self.record.as_slice().len() + self.record.len(),
        )
    }

    fn corrupt(&self, message: String) -> Row {
        let cells: Vec<&[u8]> = self.record.iter().collect();
        Row::corrupt(&cells.join(&self.options.delimiter), message)
    }
}

/// A group without any value is no object.
fn datum(node: &Node, cells: &mut [Option<String>]) -> Datum {
    match node {
        Node::Cell(at) => cells
            .get_mut(*at)
            .and_then(Option::take)
            .map_or(Datum::Null, Datum::Text),
        Node::Group(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, node)| (name.clone(), datum(node, cells)))
                .collect();
            if fields.iter().all(|(_, value)| *value == Datum::Null) {
                Datum::Null
            } else {
                Datum::Object(fields)
            }
        }
    }
}

fn tree(names: &[String]) -> Result<Vec<(String, Node)>, Fault> {
    let mut seen = HashSet::new();
    let mut root = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if name.split('.').any(|step| step.trim().is_empty()) {
            return Err(Fault::schema(format!(
                "column {} of the header has no name",
                at + 1
            )));
        }
        if !seen.insert(name) {
            return Err(Fault::schema(format!(
                "the header names column {name} twice"
            )));
        }
        let steps: Vec<&str> = name.split('.').collect();
        if !insert(&mut root, &steps, at) {
            return Err(Fault::schema(format!(
                "column {name} is both a value and a group of values in the header"
            )));
        }
    }
    Ok(root)
}

fn insert(fields: &mut Vec<(String, Node)>, steps: &[&str], cell: usize) -> bool {
    let [step, rest @ ..] = steps else {
        return false;
    };
    let found = fields.iter_mut().find(|(name, _)| name == step);
    match (found, rest) {
        (None, []) => {
            fields.push(((*step).to_owned(), Node::Cell(cell)));
            true
        }
        (None, _) => {
            let mut group = Vec::new();
            let fits = insert(&mut group, rest, cell);
            fields.push(((*step).to_owned(), Node::Group(group)));
            fits
        }
        (Some((_, Node::Group(group))), [_, ..]) => insert(group, rest, cell),
        (Some(_), _) => false,
    }
}

impl<R: BufRead> Rows for CsvRows<R> {
    fn next_row(&mut self) -> Result<Option<Row>, Fault> {
        Ok(self.fill()?.then(|| self.row()))
    }

    fn header(&self) -> Header<'_> {
        Header::Paths(&self.names)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;
    use crate::lake::format::Charset;
    use crate::lake::read::unmarked;

    fn read(text: &[u8], options: &CsvOptions) -> Result<Vec<Value>, Fault> {
        let mut rows = CsvRows::new(unmarked(text)?, options)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next_row()? {
            all.push(match row {
                Row::Good(datum, _) => datum.to_json(),
                Row::Corrupt { message, .. } => Value::from(message),
            });
        }
        Ok(all)
    }

    fn plain(text: &[u8]) -> Vec<Value> {
        read(text, &CsvOptions::default()).unwrap()
    }

    #[test]
    fn dots_nest_and_empty_cells_are_no_values() {
        assert_eq!(
            plain(b"\xef\xbb\xbf_id,a.b,a.c.d\r\n1,x,\r\n2,,\r\n"),
            [
                json!({"_id": "1", "a": {"b": "x", "c": null}}),
                json!({"_id": "2", "a": null})
            ]
        );
    }

    #[test]
    fn quotes_escapes_and_line_breaks() {
        assert_eq!(
            plain(b"a,b\n\"x,\"\"y\"\"\",\"line\nbreak\"\n\"back\\\"slash\",C:\\dir\n\n\"\",last"),
            [
                json!({"a": "x,\"y\"", "b": "line\nbreak"}),
                json!({"a": "back\"slash", "b": "C:\\dir"}),
                json!({"a": null, "b": "last"}),
            ]
        );
        let options = CsvOptions {
            delimiter: b';',
            quote: b'\'',
            null_marker: "NULL".into(),
            ..CsvOptions::default()
        };
        assert_eq!(
            read(b"a;b\n'1;2';NULL\n", &options).unwrap(),
            [json!({"a": "1;2", "b": null})]
        );
    }

    #[test]
    fn ragged_rows_and_foreign_bytes_are_corrupt() {
        assert_eq!(
            plain(b"a,b\n1\n1,2,3\n1,2\n\xff,2\n\x00,2\n"),
            [
                json!("the row has 1 cells, the header has 2"),
                json!("the row has 3 cells, the header has 2"),
                json!({"a": "1", "b": "2"}),
                json!("column a is not UTF-8 text"),
                json!("column a contains a NUL byte"),
            ]
        );
        let latin = CsvOptions {
            charset: Charset::Latin1,
            ..CsvOptions::default()
        };
        assert_eq!(read(b"a\n\xe9\n", &latin).unwrap(), [json!({"a": "é"})]);
        let ascii = CsvOptions {
            charset: Charset::UsAscii,
            ..CsvOptions::default()
        };
        assert_eq!(
            read("a\né\n".as_bytes(), &ascii).unwrap(),
            [json!("column a is not US-ASCII text")]
        );
    }

    #[test]
    fn headers_that_name_nothing() {
        let code = |text: &[u8]| read(text, &CsvOptions::default()).unwrap_err().code;
        assert_eq!(code(b""), "106");
        assert_eq!(code(b"\n1,2\n"), "118");
        assert_eq!(code(b",,\n1,2,3\n"), "118");
        assert_eq!(code(b"a,\n1,2\n"), "200");
        assert_eq!(code(b"a,a\n1,2\n"), "200");
        assert_eq!(code(b"a,a.b\n1,2\n"), "200");
        assert_eq!(code(b"a.b,a\n1,2\n"), "200");
        assert_eq!(code(b"a..b\n1\n"), "200");
        assert_eq!(code(b"\xff\n1\n"), "INGEST-1401-400");
        assert_eq!(plain(b"a,b\n"), Vec::<Value>::new());
    }

    #[test]
    fn a_quote_that_never_closes_ends_the_file_early() {
        let mut text = b"a,b\n\"".to_vec();
        text.resize(MAX_ROW * 2, b'x');
        assert_eq!(
            read(&text, &CsvOptions::default()).unwrap_err().code,
            "INGEST-1401-400"
        );
        assert_eq!(
            plain(b"a,b\n1,2\n\"3,4\n"),
            [
                json!({"a": "1", "b": "2"}),
                json!("the row has 1 cells, the header has 2")
            ]
        );
    }
}
