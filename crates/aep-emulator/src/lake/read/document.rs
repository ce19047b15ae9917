//! Multi-line JSON: one array of objects, read element by element. A single object counts as an array of one.

use std::io::BufRead;

use super::lines::object;
use super::{Header, MAX_ROW, Row, Rows};
use crate::lake::fault::Fault;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// Inside the array, before an element; `first` allows the closing bracket.
    Element {
        first: bool,
    },
    /// Inside the array, after an element.
    Separator,
    /// After the array or the single object.
    Tail,
    Done,
}

/// Rows of a multi-line JSON file.
///
/// An element whose braces match but whose inside isn't JSON is one corrupt row; where the array itself is broken, there
/// is no telling how many rows are lost, and the file fails.
pub(crate) struct Document<R> {
    source: R,
    state: State,
    element: Vec<u8>,
    offset: u64,
}

impl<R: BufRead> Document<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            state: State::Start,
            element: Vec::new(),
            offset: 0,
        }
    }

    /// The next byte that is not white space, left in place.
    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let chunk = self.source.fill_buf().map_err(|error| Fault::io(&error))?;
            if chunk.is_empty() {
                return Ok(None);
            }
            if let Some(at) = chunk
                .iter()
                .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            {
                let byte = chunk[at];
                self.skip(at);
                return Ok(Some(byte));
            }
            let all = chunk.len();
            self.skip(all);
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.source.consume(bytes);
        self.offset += bytes as u64;
    }

    fn broken(&mut self, what: &str) -> Fault {
        self.state = State::Done;
        Fault::corrupt_file(&format!(
            "the file is not one JSON array of objects: {what} at byte {}",
            self.offset
        ))
    }

    /// Reads one element: an object or array up to its matching bracket, anything else up to a comma or bracket.
    fn element(&mut self) -> Result<Row, Fault> {
        self.element.clear();
        let mut scan = Scan::default();
        let mut total = 0;
        loop {
            let chunk = self.source.fill_buf().map_err(|error| Fault::io(&error))?;
            if chunk.is_empty() {
                return Err(self.broken("the text ends inside a row"));
            }
            let (used, done) = scan.advance(chunk);
            let room = (MAX_ROW + 1).saturating_sub(self.element.len());
            self.element.extend_from_slice(&chunk[..used.min(room)]);
            total += used;
            self.skip(used);
            if done {
                break;
            }
        }
        if total > MAX_ROW {
            return Ok(Row::corrupt(
                &self.element,
                format!("the row is longer than {MAX_ROW} bytes"),
            ));
        }
        Ok(object(self.element.trim_ascii()))
    }
}

/// Finds the end of an element without understanding it.
#[derive(Default)]
struct Scan {
    depth: u64,
    string: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// How many bytes of `chunk` belong to the element, and whether it ends there.
    fn advance(&mut self, chunk: &[u8]) -> (usize, bool) {
        for (at, byte) in chunk.iter().enumerate() {
            if self.string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b',' | b']' | b'}' if self.depth == 0 && self.begun => return (at, true),
                b'"' => self.string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                _ => {}
            }
            self.begun = true;
        }
        (chunk.len(), false)
    }
}

impl<R: BufRead> Rows for Document<R> {
    fn next_row(&mut self) -> Result<Option<Row>, Fault> {
        loop {
            let next = if self.state == State::Done {
                None
            } else {
                self.peek()?
            };
            match (self.state, next) {
                (State::Done, _) => return Ok(None),
                (State::Start, None) => {
                    self.state = State::Done;
                    return Err(Fault::empty_file());
                }
                (State::Start, Some(b'[')) => {
                    self.skip(1);
                    self.state = State::Element { first: true };
                }
                (State::Start, Some(b'{')) => {
                    self.state = State::Tail;
                    return self.element().map(Some);
                }
                (State::Start, Some(_)) => {
                    return Err(self.broken("neither an array nor an object begins"));
                }
                (State::Element { first: true } | State::Separator, Some(b']')) => {
                    self.skip(1);
                    self.state = State::Tail;
                }
                (State::Element { .. }, Some(b',' | b']' | b'}')) => {
                    return Err(self.broken("a row was expected"));
                }
                (State::Element { .. }, Some(_)) => {
                    self.state = State::Separator;
                    return self.element().map(Some);
                }
                (State::Separator, Some(b',')) => {
                    self.skip(1);
                    self.state = State::Element { first: false };
                }
                (State::Separator, Some(_)) => {
                    return Err(self.broken("a comma or a closing bracket was expected"));
                }
                (State::Tail, Some(_)) => return Err(self.broken("text follows the end")),
                (State::Tail, None) => self.state = State::Done,
                (State::Element { .. } | State::Separator, None) => {
                    return Err(self.broken("the text ends in the array"));
                }
            }
        }
    }

    fn header(&self) -> Header<'_> {
        Header::None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::BufReader;

    use super::*;
    use crate::lake::read::unmarked;

    /// Rows that can be read, rows that can't, and the fault that ended the file.
    fn read(text: &[u8], buffer: usize) -> (usize, usize, Option<String>) {
        let mut rows = Document::new(BufReader::with_capacity(buffer, unmarked(text).unwrap()));
        let (mut good, mut corrupt) = (0, 0);
        loop {
            match rows.next_row() {
                Ok(Some(Row::Good(..))) => good += 1,
                Ok(Some(Row::Corrupt { .. })) => corrupt += 1,
                Ok(None) => return (good, corrupt, None),
                Err(fault) => return (good, corrupt, Some(fault.code.to_owned())),
            }
        }
    }

    #[test]
    fn rows_come_element_by_element() {
        let corrupt = || Some("INGEST-1401-400".to_owned());
        for (text, wanted) in [
            (&b"[]"[..], (0, 0, None)),
            (b" [ {\"a\":1} ,\n {\"a\":2} ] \n", (2, 0, None)),
            (b"\xef\xbb\xbf[{\"a\":\"]},\\\"{\"}]", (1, 0, None)),
            (b"{\"a\":1}", (1, 0, None)),
            (
                b"[{\"a\":[1,{\"b\":[]}]},{missingQuotes: 'v1'},{\"a\":2}]",
                (2, 1, None),
            ),
            (b"[1,\"x\",[{}],null,{}]", (1, 4, None)),
            (b"   \n", (0, 0, Some("106".to_owned()))),
            (b"[{\"a\":1}", (1, 0, corrupt())),
            (b"[{\"a\":1},", (1, 0, corrupt())),
            (b"[{\"a\":1},]", (1, 0, corrupt())),
            (b"[{\"a\":1} {\"a\":2}]", (1, 0, corrupt())),
            (b"[{\"a\":1}] x", (1, 0, corrupt())),
            (b"{\"a\":1}\n{\"a\":2}\n", (1, 0, corrupt())),
            (b"[{\"a\":\"x", (0, 0, corrupt())),
            (b"[,]", (0, 0, corrupt())),
            (b"[}", (0, 0, corrupt())),
            (b"nonsense", (0, 0, corrupt())),
            (b"\xff\xfe\x00", (0, 0, corrupt())),
        ] {
            for buffer in [1, 2, 7, 4096] {
                assert_eq!(
                    read(text, buffer),
                    wanted,
                    "{} in {buffer}",
                    String::from_utf8_lossy(text)
                );
            }
        }
    }

    #[test]
    fn deep_and_endless_elements_do_no_harm() {
        let deep = [
            b"[".to_vec(),
            b"[".repeat(200_000),
            b"]".repeat(200_000),
            b",{\"a\":1}]".to_vec(),
        ]
        .concat();
        assert_eq!(read(&deep, 4096), (1, 1, None));
        let mut long = b"[{\"a\":\"".to_vec();
        long.resize(MAX_ROW + 50, b'y');
        long.extend_from_slice(b"\"},{}]");
        assert_eq!(read(&long, 65536), (1, 1, None));
    }
}
