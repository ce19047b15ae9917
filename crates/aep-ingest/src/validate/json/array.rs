//! Multi-line JSON: one array of rows, or a single row, in a document that is never held whole.

use std::fs::File;
use std::io::Read;

use super::check::Rows;
use super::lines::{SHORTER, not_utf8};
use crate::validate::blocks::{self, BLOCK, Block, Cut, Sink, Trouble, newlines};
use crate::validate::findings::Rule;
use crate::validate::tally::Tally;
use crate::validate::{Options, Stop, at::At};
use crate::xdm::Schema;

pub(crate) fn document(
    file: File,
    schema: &Schema,
    options: &Options,
    tally: &mut Tally,
    sink: Option<&mut dyn Sink>,
) -> Result<(), Stop> {
    let size = file.metadata()?.len();
    let cut = Elements::new(file, options.max_row_bytes);
    let rows = Rows::new(schema, options.max_depth);
    let limit = options.max_row_bytes;
    blocks::run(
        cut,
        |block, tally| check(&rows, limit, block, tally),
        size,
        options,
        tally,
        sink,
    )
}

fn check(rows: &Rows<'_>, limit: usize, block: &Block, tally: &mut Tally) {
    let whole = std::str::from_utf8(&block.bytes).ok();
    let (mut line, mut counted) = (1, 0);
    for (start, end) in &block.rows {
        line += newlines(block.bytes.get(counted..*start).unwrap_or_default());
        counted = *start;
        tally.span(*start, *end);
        let bytes = block.bytes.get(*start..*end).unwrap_or_default();
        let text = match whole {
            Some(text) => text.get(*start..*end).ok_or(None),
            None => std::str::from_utf8(bytes).map_err(Some),
        };
        match text {
            Ok(text) if text.len() <= limit => {
                rows.row(text, line, || block.column(*start), tally);
            }
            other => {
                tally.begin(Some(line));
                match other {
                    Err(Some(error)) => not_utf8(bytes, error, block.column(*start), tally),
                    _ => tally.odd(
                        Rule::RowLength,
                        &At::ROW,
                        None,
                        SHORTER,
                        &String::from_utf8_lossy(bytes),
                    ),
                }
                tally.end();
            }
        }
    }
}

/// What comes next in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The array, or the single object.
    Document,
    /// The first element, or the end.
    First,
    /// An element: a comma went before.
    Element,
    /// The rest of the element that has begun.
    Rest,
    /// A comma or the end.
    Comma,
    /// Nothing: all is read.
    Nothing,
    /// Nothing is read any more: the document is broken.
    Broken,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "four questions with nothing in common"
)]
/// Finds where the elements of the array begin and end, without looking into them more than that.
#[derive(Debug)]
pub(crate) struct Elements<R> {
    reader: R,
    limit: usize,
    end: bool,
    next: Next,
    /// It is one object, not an array.
    single: bool,
    /// The beginning of the element whose end hasn't been read.
    rest: Vec<u8>,
    /// Where in the file the bytes at hand begin.
    offset: u64,
    /// The element that is being read: where it begins, and how far it has been read.
    start: usize,
    at: usize,
    /// Brackets open in the element, innermost last; how many more are open inside of those.
    open: Vec<u8>,
    hidden: usize,
    /// Inside a string; after a backslash in it.
    string: bool,
    escape: bool,
    /// Characters of the current line that are in blocks already given out.
    lead: u64,
    /// The element is too long: its bytes go, the line breaks among them are counted.
    dropping: Option<Dropping>,
}

/// An element that is too long.
#[derive(Debug)]
struct Dropping {
    /// Where in the file it begins.
    start: u64,
    /// The line breaks that went.
    lines: u64,
    /// How it begins.
    found: String,
}

/// The brackets of deeper nesting aren't remembered: such a row is refused anyway.
const BRACKETS: usize = 1024;

impl<R: Read> Elements<R> {
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader,
            limit,
            end: false,
            next: Next::Document,
            single: false,
            rest: Vec::new(),
            offset: 0,
            start: 0,
            at: 0,
            open: Vec::new(),
            hidden: 0,
            string: false,
            escape: false,
            lead: 0,
            dropping: None,
        }
    }

    /// Reads elements until the bytes end or the document breaks.
    fn scan(&mut self, block: &mut Block) {
        while let Some(byte) = block.bytes.get(self.at).copied() {
            if self.next == Next::Rest {
                self.rest_of_element(block);
                if block.trouble.is_some() {
                    return;
                }
                continue;
            }
            if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                self.at += 1;
                continue;
            }
            match (self.next, byte) {
                (Next::Document, 0xEF)
                    if block.first
                        && self.at == 0
                        && block.bytes.starts_with(&[0xEF, 0xBB, 0xBF]) =>
                {
                    self.at += 2;
                }
                (Next::Document, b'[') => self.next = Next::First,
                (Next::Document, b'{') => {
                    self.single = true;
                    self.begin();
                    continue;
                }
                (Next::Document, _) => return self.broken(block, "`[` or `{`"),
                (Next::First | Next::Comma, b']') => self.next = Next::Nothing,
                (Next::Comma, b',') => self.next = Next::Element,
                (Next::Comma, _) => return self.broken(block, "`,` or `]`"),
                (Next::First | Next::Element, b',' | b']' | b'}' | b':') => {
                    return self.broken(block, "an object");
                }
                (Next::First | Next::Element, _) => {
                    self.begin();
                    continue;
                }
                (Next::Nothing, _) if self.single => {
                    return self.broken(
                        block,
                        "nothing after the object (one object a line is JSON Lines)",
                    );
                }
                (Next::Nothing, _) => return self.broken(block, "nothing after the array"),
                (Next::Rest | Next::Broken, _) => return,
            }
            self.at += 1;
        }
    }

    fn begin(&mut self) {
        self.next = Next::Rest;
        self.start = self.at;
        self.open.clear();
    }

    fn rest_of_element(&mut self, block: &mut Block) {
        while let Some(byte) = block.bytes.get(self.at).copied() {
            if self.string {
                match byte {
                    _ if self.escape => self.escape = false,
                    b'\\' => self.escape = true,
                    b'"' => {
                        self.string = false;
                        if self.open.is_empty() {
                            self.at += 1;
                            return self.finish(block);
                        }
                    }
                    b'\n' => return self.broken(block, "the closing quote of the string"),
                    _ => {}
                }
                self.at += 1;
                continue;
            }
            match byte {
                b'"' => self.string = true,
                b'{' | b'[' if self.open.len() < BRACKETS => self.open.push(byte),
                b'{' | b'[' => self.hidden += 1,
                b'}' | b']' if self.hidden > 0 => self.hidden -= 1,
                b'}' | b']' => {
                    let Some(open) = self.open.pop() else {
                        return self.finish(block);
                    };
                    if (open == b'{') != (byte == b'}') {
                        let due = if open == b'{' { "`}`" } else { "`]`" };
                        return self.broken(block, due);
                    }
                    if self.open.is_empty() {
                        self.at += 1;
                        return self.finish(block);
                    }
                }
                b',' | b' ' | b'\t' | b'\n' | b'\r' if self.open.is_empty() => {
                    return self.finish(block);
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The element ends before the current byte.
    fn finish(&mut self, block: &mut Block) {
        self.next = if self.single {
            Next::Nothing
        } else {
            Next::Comma
        };
        match self.dropping.take() {
            None => block.rows.push((self.start, self.at)),
            Some(dropping) => {
                let end = block.bytes.get(..self.at).map_or(0, newlines);
                block.bytes.drain(..self.at);
                self.offset += self.at as u64;
                self.at = 0;
                block.trouble = Some(dropping.trouble(end, self.offset));
            }
        }
        self.start = self.at;
    }

    fn broken(&mut self, block: &mut Block, expected: &'static str) {
        let line = newlines(block.bytes.get(..self.at).unwrap_or_default()) + 1;
        let column = Some(block.column(self.at));
        let rest = block.bytes.get(self.at..).unwrap_or_default();
        let rest = rest.get(..400).unwrap_or(rest);
        let found = if rest.is_empty() {
            "the end of the file".to_owned()
        } else {
            String::from_utf8_lossy(rest).into_owned()
        };
        // An element had begun, and is lost.
        let row = self.next == Next::Rest;
        if row && let Some(mut dropping) = self.dropping.take() {
            dropping.lines = 0;
            block.trouble = Some(dropping.trouble(0, u64::MAX));
        } else {
            block.trouble = Some(Trouble {
                rule: Rule::Syntax,
                line,
                column,
                expected,
                found,
                row,
                lines: 0,
                // What follows is not read any more.
                lost: (self.offset + self.start as u64, u64::MAX),
            });
        }
        self.next = Next::Broken;
    }
}

impl Dropping {
    fn trouble(self, lines: u64, end: u64) -> Trouble {
        Trouble {
            rule: Rule::RowLength,
            line: 1,
            column: None,
            expected: SHORTER,
            found: self.found,
            row: true,
            lines: self.lines + lines,
            lost: (self.start, end),
        }
    }
}

impl<R: Read> Cut for Elements<R> {
    fn next(&mut self, block: &mut Block) -> Result<bool, Stop> {
        if self.next == Next::Broken {
            return Ok(false);
        }
        std::mem::swap(&mut block.bytes, &mut self.rest);
        self.rest.clear();
        block.lead = self.lead;
        self.at -= self.start;
        self.start = 0;
        loop {
            let want = BLOCK.saturating_sub(block.bytes.len()).max(BLOCK / 2) as u64;
            if !self.end {
                self.end = self
                    .reader
                    .by_ref()
                    .take(want)
                    .read_to_end(&mut block.bytes)?
                    == 0;
            }
            self.scan(block);
            if block.trouble.is_none() && self.end && self.next != Next::Nothing {
                let due = match self.next {
                    Next::Document => "an array of rows",
                    Next::Rest if self.string => "the closing quote of the string",
                    Next::Rest => "the end of the row",
                    _ => "`]`",
                };
                self.broken(block, due);
            }
            if block.trouble.is_some() || !block.rows.is_empty() || self.end {
                break;
            }
            if self.next != Next::Rest {
                // Blanks between elements, however many.
                break;
            }
            if let Some(dropping) = &mut self.dropping {
                dropping.lines += newlines(&block.bytes);
                self.offset += block.bytes.len() as u64;
                block.bytes.clear();
                (self.start, self.at) = (0, 0);
            } else if block.bytes.len() - self.start > self.limit.max(BLOCK) {
                let head = block.bytes.get(self.start..).unwrap_or_default();
                let head = String::from_utf8_lossy(head.get(..400).unwrap_or(head)).into_owned();
                let start = self.offset + self.start as u64;
                self.offset += block.bytes.len() as u64;
                self.dropping = Some(Dropping {
                    start,
                    lines: newlines(&block.bytes),
                    found: head,
                });
                block.bytes = Vec::new();
                (self.start, self.at) = (0, 0);
            }
        }
        block.offset = self.offset;
        if self.next == Next::Broken {
            return Ok(!block.bytes.is_empty() || block.trouble.is_some());
        }
        // Keep what belongs to the element that has begun, or wasn't looked at yet.
        let keep = if self.next == Next::Rest {
            self.start
        } else {
            self.at
        };
        self.rest
            .extend_from_slice(block.bytes.get(keep..).unwrap_or_default());
        if self.next != Next::Rest {
            self.start = self.at;
        }
        block.bytes.truncate(keep);
        self.offset += keep as u64;
        self.lead = block.column(keep) - 1;
        Ok(!block.bytes.is_empty() || block.trouble.is_some())
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]

    use std::io::Read;

    use super::Elements;
    use crate::validate::blocks::{Block, Cut};

    /// Gives a few bytes at a time, to break everything everywhere.
    struct Drip<'t>(&'t [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn elements(text: &str, limit: usize) -> (Vec<String>, Vec<String>) {
        let mut cut = Elements::new(Drip(text.as_bytes(), 3), limit);
        let (mut rows, mut troubles) = (Vec::new(), Vec::new());
        loop {
            let mut block = Block {
                first: rows.is_empty(),
                ..Block::default()
            };
            if !cut.next(&mut block).unwrap() {
                return (rows, troubles);
            }
            for (start, end) in &block.rows {
                rows.push(String::from_utf8_lossy(&block.bytes[*start..*end]).into_owned());
            }
            troubles.extend(
                block
                    .trouble
                    .map(|t| format!("{}:{:?} {}", t.line, t.column, t.expected)),
            );
        }
    }

    #[test]
    fn elements_are_found() {
        let text = "\n[ {\"a\": [1, \"]\\\"}\"]} ,\n{}, 7,\"x,]\" , [[]],null ]\n ";
        let (rows, troubles) = elements(text, 1000);
        assert_eq!(
            rows,
            [
                "{\"a\": [1, \"]\\\"}\"]}",
                "{}",
                "7",
                "\"x,]\"",
                "[[]]",
                "null"
            ]
        );
        assert!(troubles.is_empty(), "{troubles:?}");
        assert_eq!(elements("{\"a\":\n1}\n", 100).0, ["{\"a\":\n1}"]);
        assert_eq!(elements("[]", 100), (vec![], vec![]));
        assert_eq!(
            elements("\u{feff}[{}]", 100),
            (vec!["{}".to_owned()], vec![])
        );
    }

    #[test]
    fn a_broken_document_says_where() {
        for (text, rows, trouble) in [
            ("", 0, "1:Some(1) an array of rows"),
            ("7", 0, "1:Some(1) `[` or `{`"),
            ("[{}", 1, "1:Some(4) `]`"),
            ("[{},", 1, "1:Some(5) `]`"),
            ("[{},]", 1, "1:Some(5) an object"),
            ("[,{}]", 0, "1:Some(2) an object"),
            ("[{} {}]", 1, "1:Some(5) `,` or `]`"),
            ("[{}]\n[]", 1, "2:Some(1) nothing after the array"),
            (
                "{}\n{}",
                1,
                "2:Some(1) nothing after the object (one object a line is JSON Lines)",
            ),
            ("[{\"a\":[}]", 0, "1:Some(8) `]`"),
            (
                "[\n{\"é\n\":1}]",
                0,
                "2:Some(4) the closing quote of the string",
            ),
            ("[{\"a", 0, "1:Some(5) the closing quote of the string"),
            ("[{\"a\":1", 0, "1:Some(8) the end of the row"),
        ] {
            let (found, troubles) = elements(text, 1000);
            assert_eq!(
                (found.len(), troubles),
                (rows, vec![trouble.to_owned()]),
                "{text}"
            );
        }
    }
}
