//! From a mapping, the names of the columns and the schema to a tree of what fills what.

use std::collections::HashSet;
mod entry;
mod ids;

use std::fmt::Write as _;

use aep_core::Result;

use super::{Feed, IdForm, Input, Mapping, Path, Source, Step, suggest};
use crate::convert::shape::Node;
use crate::xdm::{Extra, Field, Kind, Schema};

/// What becomes of a file's columns.
#[derive(Debug)]
pub(crate) struct Plan<'s> {
    /// The columns of the file, by name.
    pub(crate) names: Vec<String>,
    /// The fields of the row that have something to fill them.
    pub(crate) root: Node<'s>,
    /// What goes where, for people.
    pub(crate) lines: Vec<Line>,
}

/// A line of the mapping as it is carried out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Line {
    /// The column, or what stands in for one.
    pub source: String,
    /// The XDM path; none for a column that is left out.
    pub path: Option<String>,
    /// The type of the field.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What is done on the way: the date pattern, the default and so on.
    pub how: String,
}

/// One line: column, path, type, and how.
impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.source.is_empty() {
            write!(f, "`{}` ", self.source)?;
        }
        if let (Some(path), Some(kind)) = (&self.path, &self.kind) {
            write!(f, "→ `{path}` ({kind})")?;
        }
        if self.how.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", self.how)
        }
    }
}

/// Resolves a mapping for a file with these columns.
pub(crate) fn resolve<'s>(
    mapping: &Mapping,
    names: Vec<String>,
    schema: &'s Schema,
) -> Result<Plan<'s>> {
    let mut made = Maker {
        mapping,
        schema,
        names: &names,
        root: Node::row(schema),
        lines: Vec::new(),
    };
    let mut seen = HashSet::new();
    for name in &names {
        if !seen.insert(name) {
            return Err(mapping.wrong(None, format!("the file has the column `{name}` twice")));
        }
    }
    let document = &mapping.document;
    let mut used = vec![false; names.len()];
    let mut take = |number: usize| {
        if let Some(used) = used.get_mut(number) {
            *used = true;
        }
        number
    };
    for (name, entries) in &document.columns.0 {
        let line = Some(name.referenced.line());
        let column = take(made.column(&name.value, line)?);
        for entry in &entries.0 {
            made.entry(column, &name.value, entry, line)?;
        }
    }
    for (path, value) in &document.constants.0 {
        let line = Some(path.referenced.line());
        let source = Source::Constant(value.as_str().into());
        made.add(&path.value, source, value, Input::default(), line)?;
    }
    if let Some(id) = &document.id {
        let line = Some(id.referenced.line());
        let mut columns = Vec::new();
        for name in &id.value.from {
            columns.push(take(made.column(name, line)?));
        }
        made.id(&id.value, columns, line)?;
    }
    for identity in &document.identities {
        let line = Some(identity.referenced.line());
        let identity = &identity.value;
        let column = take(made.column(&identity.id, line)?);
        made.identity(identity, column, line)?;
    }
    for (number, name) in names.iter().enumerate() {
        if used.get(number) == Some(&true) {
            continue;
        }
        if mapping.ignores(name) {
            made.lines.push(Line {
                source: name.clone(),
                path: None,
                kind: None,
                how: "ignored".to_owned(),
            });
            continue;
        }
        made.by_name(number, name)?;
    }
    let Maker {
        mut root, lines, ..
    } = made;
    root.sort();
    Ok(Plan { names, root, lines })
}

struct Maker<'m, 's> {
    mapping: &'m Mapping,
    schema: &'s Schema,
    names: &'m [String],
    root: Node<'s>,
    lines: Vec<Line>,
}

impl Maker<'_, '_> {
    /// The number of a column.
    fn column(&self, name: &str, line: Option<u64>) -> Result<usize> {
        if let Some(number) = self.names.iter().position(|known| known == name) {
            return Ok(number);
        }
        let nearest = self
            .names
            .iter()
            .map(|known| {
                (
                    strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase()),
                    known,
                )
            })
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|(a, _), (b, _)| a.total_cmp(b));
        let hint = nearest.map_or_else(
            || format!("it has: {}", self.names.join(", ")),
            |(_, known)| format!("did you mean `{known}`?"),
        );
        Err(self
            .mapping
            .wrong(line, format!("the file has no column `{name}`; {hint}")))
    }

    /// A column that the mapping doesn't name.
    fn by_name(&mut self, column: usize, name: &str) -> Result<()> {
        let known = Path::parse(name).is_ok_and(|path| locate(self.schema, &path).is_ok());
        if !known {
            let mut why = format!("the column `{name}` is no path of the schema");
            if let Some(nearest) = suggest::nearest(self.schema, name) {
                let _ = write!(why, "; did you mean `{nearest}`?");
            }
            return Err(self.mapping.wrong(None, why).hint(
                "give the column a path under `columns:` of a mapping file, or list it under `ignore:`",
            ));
        }
        let input = Input {
            nulls: self.nulls(&[]),
            ..Input::default()
        };
        self.add(name, Source::Column(column), name, input, None)
    }

    fn nulls(&self, own: &[String]) -> Vec<Box<str>> {
        own.iter()
            .chain(&self.mapping.document.nulls)
            .map(|text| text.as_str().into())
            .collect()
    }
}

impl<'s> Maker<'_, 's> {
    /// The field at a path.
    fn field(&self, path: &str, line: Option<u64>) -> Result<&'s Field> {
        let parsed = Path::parse(path).map_err(|why| {
            self.mapping
                .wrong(line, format!("`{path}` is no path: {why}"))
        })?;
        locate(self.schema, &parsed).map_err(|why| {
            let mut why = format!("`{path}`: {why}");
            if let Some(nearest) = suggest::nearest(self.schema, path).filter(|near| near != path) {
                let _ = write!(why, "; did you mean `{nearest}`?");
            }
            self.mapping.wrong(line, why)
        })
    }

    fn add(
        &mut self,
        path: &str,
        source: Source,
        name: &str,
        input: Input,
        line: Option<u64>,
    ) -> Result<()> {
        let field = self.field(path, line)?;
        let parsed = Path::parse(path).map_err(|why| {
            self.mapping
                .wrong(line, format!("`{path}` is no path: {why}"))
        })?;
        self.lines.push(Line {
            source: match &source {
                Source::Column(_) | Source::Id(..) => name.to_owned(),
                Source::Constant(_) => String::new(),
            },
            path: Some(parsed.to_string()),
            kind: Some(field.type_name()),
            how: how(&source, &input),
        });
        let feed = Feed {
            source,
            name: name.into(),
            input,
        };
        self.root
            .insert(&parsed.0, feed, &mut Vec::new())
            .map_err(|why| self.mapping.wrong(line, format!("`{path}`: {why}")))
    }
}

/// What is done with the text, for people.
fn how(source: &Source, input: &Input) -> String {
    let mut parts = Vec::new();
    match source {
        Source::Column(_) => {}
        Source::Constant(value) => parts.push(format!("always {value}")),
        Source::Id(_, IdForm::Uuid) => parts.push("uuid".to_owned()),
        Source::Id(_, IdForm::Hash) => parts.push("hash".to_owned()),
        Source::Id(_, IdForm::Text(separator)) => {
            parts.push(format!("text joined by `{separator}`"));
        }
    }
    if let Some(format) = &input.format {
        parts.push(format.as_str().to_owned());
    }
    if let Some(split) = &input.split {
        parts.push(format!("split at `{split}`"));
    }
    if let Some(default) = &input.default {
        parts.push(format!("null becomes {default}"));
    }
    parts.join(", ")
}

/// The field that a path leads to.
fn locate<'s>(schema: &'s Schema, path: &Path) -> std::result::Result<&'s Field, String> {
    let mut at = schema.row();
    for step in &path.0 {
        at = match (step, &at.kind) {
            (Step::Name(name), Kind::Object(object)) => match object.get(name) {
                Some(field) => field,
                None => match object.extra() {
                    Extra::Typed(field) => field,
                    Extra::None => return Err(format!("the schema has no field `{name}` there")),
                },
            },
            (Step::Name(_), Kind::Map(value)) => value,
            (Step::Index(_), Kind::Array(element)) => element,
            (Step::Name(name), Kind::Array(_)) => {
                return Err(format!(
                    "`{}` is an array: write `[0]` before `{name}`",
                    at.path
                ));
            }
            (step, _) => {
                let what = match step {
                    Step::Name(name) => format!("`{name}`"),
                    Step::Index(index) => format!("`[{index}]`"),
                };
                return Err(format!(
                    "`{}` is of type {}, there is no {what} in it",
                    at.path,
                    at.type_name()
                ));
            }
        };
    }
    if matches!(at.kind, Kind::Any) {
        return Err("the schema doesn't say of which type it is".to_owned());
    }
    Ok(at)
}
