//! Tables and cards for people.

use comfy_table::{
    Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets,
};
use serde_json::Value;

use super::view::{self, Chosen, Kind, View};

/// The widest cell on a terminal; longer ones end in an ellipsis, and `-o json` has them whole.
const WIDEST: usize = 60;

/// Spaces between columns.
const GAP: usize = 2;

/// Columns whose widths stay the same over all pages of a list.
pub(super) struct Layout {
    columns: Vec<Chosen>,
    widths: Vec<usize>,
    colour: bool,
    terminal: bool,
}

impl Layout {
    pub(super) fn new(columns: Vec<Chosen>, colour: bool, terminal: bool) -> Self {
        let widths = columns
            .iter()
            .map(|column| column.name.chars().count())
            .collect();
        Self {
            columns,
            widths,
            colour,
            terminal,
        }
    }

    /// The rows as lines, aligned with the rows before.
    pub(super) fn render(&mut self, rows: &[Value], with_header: bool) -> String {
        let mut table = blank(self.colour);
        if with_header {
            table.set_header(self.columns.iter().map(|column| {
                Cell::new(column.name.to_uppercase()).add_attribute(Attribute::Bold)
            }));
        }
        for row in rows {
            let last = self.columns.len().saturating_sub(1);
            let cells = self.columns.iter().zip(&mut self.widths).enumerate().map(
                |(index, (column, width))| {
                    let mut text =
                        view::readable(view::pick(row, column), column.kind, self.terminal);
                    // Programs get cells whole, and the last one disturbs nobody.
                    if self.terminal && index < last {
                        text = shorten(text);
                    }
                    *width = (*width).max(text.chars().count());
                    tinted(column, text)
                },
            );
            table.add_row(cells.collect::<Vec<_>>());
        }
        for (column, width) in table.column_iter_mut().zip(&self.widths) {
            let width = u16::try_from(*width + GAP).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
        lines(table)
    }
}

/// Rows with their header as plain text, for a place that is drawn again and again.
pub(super) fn plain(view: &View, rows: &[Value]) -> String {
    Layout::new(view::choose(view, &[], rows), false, true)
        .render(rows, true)
        .trim_end()
        .to_owned()
}

/// One object: a line per field.
pub(super) fn card(view: &View, asked: &[String], value: &Value, terminal: bool) -> String {
    let mut table = blank(false);
    for column in view::choose(view, asked, std::slice::from_ref(value)) {
        let text = view::readable(view::pick(value, &column), column.kind, terminal);
        if !matches!(text.as_str(), "" | "{}" | "[]") {
            table.add_row([column.name.into_owned(), text]);
        }
    }
    lines(table)
}

fn blank(colour: bool) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    if colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn lines(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn tinted(column: &Chosen, text: String) -> Cell {
    let is_status =
        column.kind == Kind::Text && column.name.to_ascii_lowercase().contains("status");
    let colour = match text.as_str() {
        _ if !is_status => None,
        "success" | "active" | "ok" => Some(Color::Green),
        "failure" | "failed" | "aborted" | "abandoned" => Some(Color::Red),
        "warning" | "partial" => Some(Color::Yellow),
        _ => None,
    };
    match colour {
        Some(colour) => Cell::new(text).fg(colour),
        None => Cell::new(text),
    }
}

fn shorten(text: String) -> String {
    if text.chars().count() <= WIDEST {
        return text;
    }
    let mut short: String = text.chars().take(WIDEST - 1).collect();
    short.push('…');
    short
}
