//! Rows on their way to standard output, one format each.

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

use super::{Format, Output, View, csv, json, lookup, table, view};

/// Rows that are kept back to learn the widths or the columns before the first one is printed.
const LOOK_AHEAD: usize = 100;

/// A list, or one object, being written.
pub(super) struct Sink<'o> {
    output: &'o Output,
    view: &'o View,
    single: bool,
    written: usize,
    held: Vec<Value>,
    layout: Option<table::Layout>,
    header: Option<Vec<view::Chosen>>,
}

impl<'o> Sink<'o> {
    pub(super) fn list(output: &'o Output, view: &'o View) -> Self {
        Self {
            output,
            view,
            single: false,
            written: 0,
            held: Vec::new(),
            layout: None,
            header: None,
        }
    }

    pub(super) fn single(output: &'o Output, view: &'o View) -> Self {
        Self {
            single: true,
            ..Self::list(output, view)
        }
    }

    pub(super) fn items(&mut self, rows: &[Value]) -> Result<()> {
        rows.iter().try_for_each(|row| self.item(row))
    }

    pub(super) fn item(&mut self, row: &Value) -> Result<()> {
        match self.output.format {
            Format::Table | Format::Csv => {
                self.held.push(row.clone());
                if self.held.len() >= LOOK_AHEAD {
                    self.release()?;
                }
                return Ok(());
            }
            Format::Json if self.single => self.output.line(&json::pretty(&self.projected(row)))?,
            Format::Json => {
                self.output
                    .raw(if self.written == 0 { b"[\n" } else { b",\n" })?;
                self.output
                    .raw(json::indented(&self.projected(row)).as_bytes())?;
            }
            Format::Ndjson => self.output.line(&self.projected(row).to_string())?,
            Format::Yaml => {
                let row = self.projected(row);
                let document = if self.single {
                    row
                } else {
                    Value::Array(vec![row])
                };
                let text = serde_saphyr::to_string(&document).map_err(|error| {
                    Error::new(ErrorKind::Other, "write YAML").because(error.to_string())
                })?;
                self.output.raw(text.as_bytes())?;
                if !text.ends_with('\n') {
                    self.output.raw(b"\n")?;
                }
            }
            Format::Id => {
                let id =
                    view::plain(lookup(row, self.view.id).or((!row.is_object()).then_some(row)));
                if !id.is_empty() {
                    self.output.line(&view::visible(&id))?;
                }
            }
        }
        self.written += 1;
        Ok(())
    }

    /// The source has nothing ready: print what is held if the columns are known by now.
    pub(super) fn pause(&mut self) -> Result<()> {
        if self.layout.is_some() || self.header.is_some() {
            self.release()
        } else {
            Ok(())
        }
    }

    pub(super) fn end(mut self) -> Result<()> {
        match self.output.format {
            Format::Table | Format::Csv => self.release(),
            Format::Json | Format::Yaml if self.single => Ok(()),
            Format::Json | Format::Yaml if self.written == 0 => self.output.line("[]"),
            Format::Json => self.output.raw(b"\n]\n"),
            _ => Ok(()),
        }
    }

    fn release(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.held);
        let output = self.output;
        if output.format == Format::Csv {
            let first = self.header.is_none();
            let header = self
                .header
                .get_or_insert_with(|| view::choose(self.view, &output.columns, &rows));
            return output.raw(&csv::encode(header, &rows, first)?);
        }
        if rows.is_empty() {
            return Ok(());
        }
        let first = self.layout.is_none();
        let layout = self.layout.get_or_insert_with(|| {
            table::Layout::new(
                view::choose(self.view, &output.columns, &rows),
                output.colour,
                output.terminal,
            )
        });
        output.raw(layout.render(&rows, first).as_bytes())
    }

    /// With `--columns`, only those fields.
    fn projected(&self, row: &Value) -> Value {
        if self.output.columns.is_empty() || !row.is_object() {
            return row.clone();
        }
        let chosen = view::choose(self.view, &self.output.columns, &[]);
        let fields: Map<String, Value> = chosen
            .iter()
            .map(|column| {
                (
                    column.name.to_string(),
                    view::pick(row, column).cloned().unwrap_or_default(),
                )
            })
            .collect();
        Value::Object(fields)
    }
}
