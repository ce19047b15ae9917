//! Which fields of the schema the data really has: a dataset's `observableSchema`.

use serde_json::{Map, Value, json};

use super::cell::Cell;
use super::column::{Column, Kind};

/// Fields that had a value so far, in the shape of the schema.
#[derive(Debug)]
pub(crate) struct Observed {
    here: bool,
    below: Vec<Observed>,
}

impl Observed {
    /// Nothing yet, of rows with these columns.
    pub(crate) fn new(columns: &[Column]) -> Self {
        let below = columns
            .iter()
            .map(|column| match &column.kind {
                Kind::Object(fields) => Self::new(fields),
                Kind::Array(item) | Kind::Map(item) => Self::new(std::slice::from_ref(item)),
                _ => Self::new(&[]),
            })
            .collect();
        Self { here: false, below }
    }

    /// A row that landed.
    pub(crate) fn row(&mut self, cells: &[Cell]) {
        self.here = true;
        for (observed, cell) in self.below.iter_mut().zip(cells) {
            observed.cell(cell);
        }
    }

    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Null => {}
            Cell::Object(cells) => self.row(cells),
            Cell::Array(items) => {
                self.here = true;
                for item in items {
                    self.item(item);
                }
            }
            Cell::Map(entries) => {
                self.here = true;
                for (_, value) in entries {
                    self.item(value);
                }
            }
            _ => self.here = true,
        }
    }

    fn item(&mut self, cell: &Cell) {
        if let Some(item) = self.below.first_mut() {
            item.cell(cell);
        }
    }

    /// The fields as a schema; null when there was no row.
    pub(crate) fn to_json(&self, columns: &[Column]) -> Value {
        if self.here {
            json!({"type": "object", "meta:xdmType": "object", "properties": self.properties(columns)})
        } else {
            Value::Null
        }
    }

    fn properties(&self, columns: &[Column]) -> Value {
        let seen = self
            .below
            .iter()
            .zip(columns)
            .filter(|(observed, _)| observed.here);
        Value::Object(
            seen.map(|(observed, column)| (column.name.clone(), observed.field(&column.kind)))
                .collect::<Map<_, _>>(),
        )
    }

    fn field(&self, kind: &Kind) -> Value {
        let item = |item: &Column| match self.below.first() {
            Some(below) if below.here => below.field(&item.kind),
            _ => json!({}),
        };
        match kind {
            Kind::String => json!({"type": "string", "meta:xdmType": "string"}),
            Kind::Double => json!({"type": "number", "meta:xdmType": "number"}),
            Kind::Long => json!({"type": "integer", "meta:xdmType": "long"}),
            Kind::Integer => json!({"type": "integer", "meta:xdmType": "int"}),
            Kind::Short => json!({"type": "integer", "meta:xdmType": "short"}),
            Kind::Byte => json!({"type": "integer", "meta:xdmType": "byte"}),
            Kind::Boolean => json!({"type": "boolean", "meta:xdmType": "boolean"}),
            Kind::Date => json!({"type": "string", "format": "date", "meta:xdmType": "date"}),
            Kind::DateTime => {
                json!({"type": "string", "format": "date-time", "meta:xdmType": "date-time"})
            }
            Kind::Array(column) => {
                json!({"type": "array", "meta:xdmType": "array", "items": item(column)})
            }
            Kind::Map(column) => {
                json!({"type": "object", "meta:xdmType": "map", "additionalProperties": item(column)})
            }
            Kind::Object(fields) => {
                json!({"type": "object", "meta:xdmType": "object", "properties": self.properties(fields)})
            }
        }
    }
}

/// Adds what a batch had to what earlier ones had.
pub(crate) fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                match into.get_mut(&key) {
                    Some(known) => merge(known, value),
                    None => {
                        into.insert(key, value);
                    }
                }
            }
        }
        (_, Value::Null) => {}
        (into, more) => *into = more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lake::testing::columns;

    #[test]
    fn only_what_has_values_is_there_and_batches_add_up() {
        let columns = columns();
        let at = |name: &str| columns.iter().position(|column| column.name == name);
        let row = |name: &str, cell: Cell| {
            let mut cells = vec![Cell::Null; columns.len()];
            if let Some(at) = at(name) {
                cells[at] = cell;
            }
            let mut observed = Observed::new(&columns);
            observed.row(&cells);
            observed.to_json(&columns)
        };
        assert_eq!(Observed::new(&columns).to_json(&columns), Value::Null);
        let mut whole = Value::Null;
        merge(&mut whole, row("day", Cell::Date(1)));
        merge(&mut whole, Value::Null);
        let card = |n, t| Cell::Object(vec![n, t]);
        merge(
            &mut whole,
            row(
                "cards",
                Cell::Array(vec![card(Cell::Integer(1), Cell::Null)]),
            ),
        );
        merge(
            &mut whole,
            row(
                "cards",
                Cell::Array(vec![card(Cell::Null, Cell::String("x".to_owned()))]),
            ),
        );
        merge(&mut whole, row("prefs", Cell::Map(Vec::new())));
        assert_eq!(
            whole["properties"],
            json!({
                "day": {"type": "string", "format": "date", "meta:xdmType": "date"},
                "cards": {"type": "array", "meta:xdmType": "array", "items": {
                    "type": "object", "meta:xdmType": "object", "properties": {
                        "n": {"type": "integer", "meta:xdmType": "int"},
                        "t": {"type": "string", "meta:xdmType": "string"},
                    },
                }},
                "prefs": {"type": "object", "meta:xdmType": "map", "additionalProperties": {}},
            })
        );
    }
}
