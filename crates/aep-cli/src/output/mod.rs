//! Everything that is written: data to standard output in the format asked for, the rest to standard error.
//!
//! No other module prints. A reader that closes the pipe ends the command as a success.

mod csv;
mod error;
mod events;
mod jq;
mod json;
mod live;
mod messages;
mod progress;
mod sink;
mod table;
mod tree;
mod view;

use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal, Write};

use aep_core::{Error, ErrorKind, Result};
use futures::future::LocalBoxFuture;
use futures::stream::LocalBoxStream;
use futures::{FutureExt, Stream, StreamExt};
use serde_json::Value;

pub(crate) use error::render as render_error;
pub(crate) use events::Events;
pub(crate) use jq::Jq;
pub(crate) use live::Live;
pub(crate) use messages::Messages;
pub(crate) use progress::{Progress, ProgressMode, Step};
pub(crate) use tree::Tree;
pub(crate) use view::{ROWS, View, bytes, human_bytes, text, time, timestamp, visible};

use view::lookup;

/// Formats of standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// Columns for people
    #[default]
    Table,
    /// One document, with the API's own field names
    Json,
    /// One JSON object per line
    Ndjson,
    /// Comma-separated values with a header
    Csv,
    /// YAML
    Yaml,
    /// Only the ids, one per line
    Id,
}

impl Format {
    /// Whether a program reads the output, so that errors are JSON as well.
    pub(crate) const fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson)
    }
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR or TERM=dumb says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ColorChoice {
    /// Decides for one stream; `NO_COLOR`, `CLICOLOR_FORCE` and `TERM` are looked at by anstream.
    pub(crate) fn decide(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => !matches!(
                anstream::AutoStream::choice(stream),
                anstream::ColorChoice::Never
            ),
        }
    }
}

/// How many items a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// All of them.
    All,
    /// At most this many.
    Items(u64),
}

impl Limit {
    /// How many items are worth asking for at once; 0 leaves it to the service's largest page.
    pub(crate) const fn page_size(self) -> u64 {
        match self {
            // One more shows whether there are more.
            Self::Items(count) if count < 100 => count + 1,
            Self::All | Self::Items(_) => 0,
        }
    }
}

impl std::str::FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("all") {
            return Ok(Self::All);
        }
        match text.parse() {
            Ok(0) | Err(_) => Err("a number from 1, or `all`".to_owned()),
            Ok(count) => Ok(Self::Items(count)),
        }
    }
}

/// Standard output in one format.
#[derive(Debug)]
pub(crate) struct Output {
    format: Format,
    jq: Option<Jq>,
    columns: Vec<String>,
    colour: bool,
    terminal: bool,
    stdout: RefCell<BufWriter<io::Stdout>>,
    closed: Cell<bool>,
}

impl Output {
    pub(crate) fn new(
        format: Format,
        jq: Option<Jq>,
        columns: Vec<String>,
        colour: ColorChoice,
    ) -> Self {
        let stdout = io::stdout();
        Self {
            format,
            jq,
            columns,
            colour: colour.decide(&stdout),
            terminal: stdout.is_terminal(),
            stdout: RefCell::new(BufWriter::with_capacity(64 * 1024, stdout)),
            closed: Cell::new(false),
        }
    }

    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Whether tables for people are wanted, and not a machine format.
    pub(crate) const fn is_human(&self) -> bool {
        matches!(self.format, Format::Table) && self.jq.is_none()
    }

    /// Whether the format shows whole documents and not lines of cells.
    pub(crate) const fn is_document(&self) -> bool {
        self.jq.is_some() || matches!(self.format, Format::Json | Format::Yaml)
    }

    /// Whether the reader of standard output went away.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Writes bytes as they are.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Result<()> {
        let written = self.stdout.borrow_mut().write_all(bytes);
        self.check(written)
    }

    /// Writes one line of text.
    pub(crate) fn line(&self, line: &str) -> Result<()> {
        self.raw(line.as_bytes())?;
        self.raw(b"\n")
    }

    /// Hands everything written so far to the reader.
    pub(crate) fn flush(&self) -> Result<()> {
        let flushed = self.stdout.borrow_mut().flush();
        self.check(flushed)
    }

    fn check(&self, result: io::Result<()>) -> Result<()> {
        result.map_err(|error| {
            if error.kind() == io::ErrorKind::BrokenPipe {
                self.closed.set(true);
                return Error::new(
                    ErrorKind::Cancelled,
                    "write to standard output, its reader is gone",
                );
            }
            Error::new(ErrorKind::Io, "write to standard output").because(error)
        })
    }

    /// One object.
    pub(crate) fn one(&self, view: &View, value: &Value) -> Result<()> {
        self.document(view, value, |output| {
            output.raw(table::card(view, &output.columns, value, output.terminal).as_bytes())
        })
    }

    /// One object that has its own form for people.
    pub(crate) fn document(
        &self,
        view: &View,
        value: &Value,
        human: impl FnOnce(&Self) -> Result<()>,
    ) -> Result<()> {
        if let Some(jq) = &self.jq {
            let results = jq.run(value)?;
            return self.results(view, &results);
        }
        if self.format == Format::Table {
            human(self)?;
            return self.flush();
        }
        let mut sink = sink::Sink::single(self, view);
        sink.item(value)?;
        sink.end()?;
        self.flush()
    }

    /// Rows that are already here.
    pub(crate) fn rows(&self, view: &View, rows: &[Value]) -> Result<()> {
        if let Some(jq) = &self.jq {
            let results = self.filtered(jq, rows)?;
            return self.results(view, &results);
        }
        let mut sink = sink::Sink::list(self, view);
        sink.items(rows)?;
        sink.end()?;
        self.flush()
    }

    /// A stream of rows, printed as they come; says on standard error when there are more than `limit`.
    pub(crate) fn list<'a>(
        &'a self,
        view: &'a View,
        items: impl Stream<Item = Result<Value>> + 'a,
        limit: Limit,
        messages: &'a Messages,
    ) -> LocalBoxFuture<'a, Result<()>> {
        self.drain(view, items.boxed_local(), limit, messages)
            .boxed_local()
    }

    async fn drain(
        &self,
        view: &View,
        mut items: LocalBoxStream<'_, Result<Value>>,
        limit: Limit,
        messages: &Messages,
    ) -> Result<()> {
        let wanted = match limit {
            Limit::All => u64::MAX,
            Limit::Items(count) => count,
        };
        let mut seen = 0;
        let mut buffered = Vec::new();
        let buffers = self.jq.is_some() && self.format != Format::Ndjson;
        let mut sink = (!buffers && self.jq.is_none()).then(|| sink::Sink::list(self, view));
        let mut outcome = Ok(());
        {
            let mut chunks = items
                .as_mut()
                .take(usize::try_from(wanted).unwrap_or(usize::MAX))
                .ready_chunks(100);
            'all: while let Some(chunk) = chunks.next().await {
                for item in chunk {
                    let item = match item {
                        Ok(item) => item,
                        Err(error) => {
                            outcome = Err(error);
                            break 'all;
                        }
                    };
                    seen += 1;
                    match (&mut sink, &self.jq) {
                        (Some(sink), _) => sink.item(&item)?,
                        (None, Some(jq)) if !buffers => {
                            let results = jq.run(&item)?;
                            self.results(view, &results)?;
                        }
                        _ => buffered.push(item),
                    }
                }
                if let Some(sink) = &mut sink {
                    sink.pause()?;
                }
                self.flush()?;
            }
        }
        // A page that failed leaves a whole document of what came before it, and then the error.
        if let Some(sink) = sink {
            sink.end()?;
        }
        if let (true, Some(jq)) = (buffers, &self.jq)
            && outcome.is_ok()
        {
            let results = jq.run(&Value::Array(buffered))?;
            self.results(view, &results)?;
        }
        self.flush()?;
        outcome?;
        if seen == wanted && items.next().await.is_some() {
            messages.note(&format!(
                "showing the first {seen} {}; `--limit all` shows all",
                view.noun
            ));
        } else if seen == 0 && self.is_human() {
            messages.note(&format!("no {}", view.noun));
        }
        Ok(())
    }

    fn filtered(&self, jq: &Jq, rows: &[Value]) -> Result<Vec<Value>> {
        if self.format == Format::Ndjson {
            let mut all = Vec::new();
            for row in rows {
                all.extend(jq.run(row)?);
            }
            return Ok(all);
        }
        jq.run(&Value::Array(rows.to_vec()))
    }

    /// Results of `--jq`: strings bare and the rest as JSON, one per line, unless a format was named.
    fn results(&self, view: &View, results: &[Value]) -> Result<()> {
        match self.format {
            Format::Table | Format::Json | Format::Ndjson => {
                for result in results {
                    match result {
                        Value::String(text) => self.line(text)?,
                        other => self.line(&other.to_string())?,
                    }
                }
            }
            Format::Csv | Format::Yaml | Format::Id => {
                let rows: Vec<Value> = match results {
                    [Value::Array(items)] => items.clone(),
                    other => other.to_vec(),
                };
                let free = View {
                    columns: &[],
                    ..*view
                };
                let mut sink = sink::Sink::list(self, &free);
                sink.items(&rows)?;
                sink.end()?;
            }
        }
        self.flush()
    }
}

/// Anything that can be written as JSON, as a value.
pub(crate) fn value(thing: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(thing)
        .map_err(|error| Error::new(ErrorKind::Other, "show the result").because(error))
}
