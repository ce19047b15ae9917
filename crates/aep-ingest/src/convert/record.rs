//! Records of CSV as rows of JSON, one by one.

use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value as Json};

use super::cells::Value;
use super::columns::scalar;
use super::mapping::{Input, Mapping, Path, Source, Step, resolve};
use super::shape::{Inside, Node};
use crate::validate::number;
use crate::xdm::{Field, Kind, Schema};

/// What the columns of a file become in each row.
#[derive(Debug)]
pub(crate) struct Record {
    tree: Tree,
    width: usize,
}

/// A part of a row.
#[derive(Debug)]
enum Tree {
    /// The cell of this column, and the field that it is for, if that is known.
    Cell(usize, Option<Arc<Field>>),
    Object(Vec<(Box<str>, Tree)>),
    /// By place.
    List(Vec<(usize, Tree)>),
}

impl Record {
    /// Columns that are named by their XDM paths. Without a schema every value is a text.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for names that are no paths of the schema, or that contradict each other.
    pub(crate) fn new(names: Vec<String>, schema: Option<&Schema>) -> Result<Self> {
        let width = names.len();
        let tree = match schema {
            Some(schema) => Tree::of(&resolve(&Mapping::default(), names, schema)?.root),
            None => Tree::without_schema(&names)?,
        };
        Ok(Self { tree, width })
    }

    /// A row, and what is wrong with it, if something is.
    pub(crate) fn row(&self, cells: &[&str]) -> (Json, Option<String>) {
        if cells.len() != self.width {
            let why = format!("{} fields, the header has {}", cells.len(), self.width);
            return (cells.into(), Some(why));
        }
        let mut wrong = None;
        let row = self.tree.value(cells, &mut wrong);
        (row.unwrap_or_else(|| Json::Object(Map::new())), wrong)
    }
}

impl Tree {
    fn of(node: &Node<'_>) -> Self {
        match &node.inside {
            Inside::Value { feed, .. } => {
                let column = match feed.source {
                    Source::Column(column) => column,
                    // only a mapping says such things
                    Source::Constant(_) | Source::Id(..) => usize::MAX,
                };
                Self::Cell(column, Some(Arc::new(node.field.clone())))
            }
            Inside::Object(fields) | Inside::Map(fields) => {
                let fields = fields.iter();
                Self::Object(
                    fields
                        .map(|(name, node)| (name.clone(), Self::of(node)))
                        .collect(),
                )
            }
            Inside::List(elements) => {
                let elements = elements.iter();
                Self::List(elements.map(|(at, node)| (*at, Self::of(node))).collect())
            }
        }
    }

    fn without_schema(names: &[String]) -> Result<Self> {
        let mut root = Self::Object(Vec::new());
        for (column, name) in names.iter().enumerate() {
            let put = Path::parse(name).and_then(|path| root.put(&path.0, column));
            put.map_err(|why| {
                Error::new(ErrorKind::Usage, "read the header")
                    .with("column", name)
                    .because(why)
                    .hint("columns are named by XDM paths: `person.name.firstName`, `list[0]`")
            })?;
        }
        root.sort();
        Ok(root)
    }

    fn put(&mut self, steps: &[Step], column: usize) -> std::result::Result<(), String> {
        let taken = || "another column fills it, or a part of it".to_owned();
        let Some((step, rest)) = steps.split_first() else {
            return Err(taken());
        };
        let child = match rest.first() {
            None => Self::Cell(column, None),
            Some(Step::Name(_)) => Self::Object(Vec::new()),
            Some(Step::Index(_)) => Self::List(Vec::new()),
        };
        let (known, new) = match (self, step) {
            (Self::Object(fields), Step::Name(name)) => {
                let place = fields.iter().position(|(known, _)| known == name);
                let at = place.unwrap_or_else(|| {
                    fields.push((name.clone(), child));
                    fields.len() - 1
                });
                (fields.get_mut(at).map(|(_, tree)| tree), place.is_none())
            }
            (Self::List(elements), Step::Index(index)) => {
                let place = elements.iter().position(|(known, _)| known == index);
                let at = place.unwrap_or_else(|| {
                    elements.push((*index, child));
                    elements.len() - 1
                });
                (elements.get_mut(at).map(|(_, tree)| tree), place.is_none())
            }
            _ => return Err(taken()),
        };
        match known {
            Some(_) if rest.is_empty() && new => Ok(()),
            Some(known) if !rest.is_empty() => known.put(rest, column),
            _ => Err(taken()),
        }
    }

    /// Elements by their places.
    fn sort(&mut self) {
        match self {
            Self::Cell(..) => {}
            Self::Object(fields) => {
                for (_, tree) in fields {
                    tree.sort();
                }
            }
            Self::List(elements) => {
                elements.sort_by_key(|(place, _)| *place);
                for (_, tree) in elements {
                    tree.sort();
                }
            }
        }
    }

    /// None if there is nothing in it.
    fn value(&self, cells: &[&str], wrong: &mut Option<String>) -> Option<Json> {
        match self {
            Self::Cell(column, field) => {
                let text = cells.get(*column).filter(|text| !text.is_empty())?;
                Some(match field {
                    None => Json::from(*text),
                    Some(field) => typed(field, text).unwrap_or_else(|expected| {
                        let path = &field.path;
                        wrong.get_or_insert_with(|| {
                            format!("`{path}`: expected {expected}, found `{text}`")
                        });
                        Json::from(*text)
                    }),
                })
            }
            Self::Object(fields) => {
                let values = fields
                    .iter()
                    .filter_map(|(name, tree)| Some((name.to_string(), tree.value(cells, wrong)?)));
                let object: Map<String, Json> = values.collect();
                (!object.is_empty()).then_some(Json::Object(object))
            }
            Self::List(elements) => {
                let values = elements.iter();
                let values = values.filter_map(|(_, tree)| tree.value(cells, wrong));
                let list: Vec<Json> = values.collect();
                (!list.is_empty()).then_some(Json::Array(list))
            }
        }
    }
}

/// A text as a value of the field's type; what would be one, if it is none. Rules of the field are the platform's to check.
fn typed(field: &Field, text: &str) -> std::result::Result<Json, String> {
    let (value, input) = (Value::Text(text), Input::default());
    let (made, rule) = match &field.kind {
        Kind::String => (Some(Json::from(text)), None),
        Kind::Number => {
            let (made, rule) = scalar::double(field, value, &input);
            (made.and_then(number_of), rule)
        }
        Kind::Long | Kind::Integer | Kind::Short | Kind::Byte => {
            let (made, rule) = scalar::whole(field, value, &input);
            (made.map(Json::from), rule)
        }
        Kind::Boolean => {
            let (made, rule) = scalar::flag(field, value, &input);
            (made.map(Json::from), rule)
        }
        Kind::Date => {
            let (made, rule) = scalar::days(field, value, &input);
            (made.map(|_| instant(text)), rule)
        }
        Kind::DateTime => {
            let (made, rule) = scalar::millis(field, value, &input);
            (made.map(|_| instant(text)), rule)
        }
        Kind::Object(_) | Kind::Map(_) => (json(text).filter(Json::is_object), None),
        Kind::Array(_) => (json(text).filter(Json::is_array), None),
        Kind::Any => (json(text).or_else(|| Some(Json::from(text))), None),
    };
    made.ok_or_else(|| match rule {
        Some(rule) => scalar::expected(field, rule, value, &input),
        None => format!("{} as JSON", field.type_name()),
    })
}

fn number_of(value: f64) -> Option<Json> {
    serde_json::Number::from_f64(value).map(Json::Number)
}

/// As it is written, but Unix milliseconds are a number.
fn instant(text: &str) -> Json {
    match number::whole(text) {
        Some(number::Whole::Fits(millis)) => Json::from(millis),
        _ => Json::from(text),
    }
}

fn json(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::validate::tests::support::members;

    fn record(names: &[&str], schema: Option<&Schema>) -> Result<Record> {
        Record::new(
            names.iter().map(|name| (*name).to_owned()).collect(),
            schema,
        )
    }

    #[test]
    fn cells_become_values_of_the_schema() {
        let names = [
            "_id",
            "_local.points",
            "_local.active",
            "_local.joinedOn",
            "_local.lastActivity",
            "_local.favouriteStores[1]",
            "_local.favouriteStores[0]",
            "_local.preferences.channel",
            "person.name.firstName",
        ];
        let record = record(&names, Some(&members())).unwrap();
        let cells = [
            "7",
            "5",
            "TRUE",
            "2024-01-31",
            "1767225600000",
            "Bern",
            "",
            "email",
            "",
        ];
        let (row, wrong) = record.row(&cells);
        assert_eq!(wrong, None);
        assert_eq!(
            row,
            json!({"_id": "7", "_local": {"points": 5, "active": true, "joinedOn": "2024-01-31",
                "lastActivity": 1_767_225_600_000_i64, "favouriteStores": ["Bern"], "preferences": {"channel": "email"}}})
        );
        let mut bad = cells;
        bad[1] = "1.5";
        let (row, wrong) = record.row(&bad);
        assert_eq!(row["_local"]["points"], "1.5");
        let wrong = wrong.unwrap();
        assert!(wrong.contains("`_local.points`: expected int"), "{wrong}");
        let (row, wrong) = record.row(&cells[1..]);
        assert!(row.is_array() && wrong.unwrap().contains("8 fields, the header has 9"));
    }

    #[test]
    fn a_header_that_the_schema_does_not_have_is_refused() {
        let error = record(&["_local.point"], Some(&members())).unwrap_err();
        assert!(
            error.report().to_string().contains("_local.points"),
            "{}",
            error.report()
        );
    }

    #[test]
    fn without_a_schema_all_is_text() {
        let names = ["a.b", "a.list[1]", "a.list[0].x", "c", r#"labels["x.y"]"#];
        let made = record(&names, None).unwrap();
        let (row, wrong) = made.row(&["1", "two", "3", "", "z"]);
        assert_eq!(wrong, None);
        assert_eq!(
            row,
            json!({"a": {"b": "1", "list": [{"x": "3"}, "two"]}, "labels": {"x.y": "z"}})
        );
        for names in [
            &["a", "a"][..],
            &["a", "a.b"],
            &["a.b", "a"],
            &["a[0]", "a.b"],
            &["a."],
        ] {
            assert_eq!(
                record(names, None).unwrap_err().kind(),
                ErrorKind::Usage,
                "{names:?}"
            );
        }
    }
}
