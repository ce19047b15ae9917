//! Values out of JSON rows by the names that a mapping gives them.

use crate::convert::cells::{Cell, Cells, Tag};
use crate::convert::mapping::{Mapping, Path, Step};
use crate::convert::trouble::{Trouble, What};
use crate::validate::json::parser::{Parsed, Parser};

/// Finds the values of the columns in a row.
#[derive(Debug)]
pub(crate) struct Picker<'m> {
    mapping: &'m Mapping,
    root: Branch,
    depth: usize,
}

#[derive(Debug, Default)]
struct Branch {
    column: Option<usize>,
    children: Vec<(Box<str>, Branch)>,
}

impl<'m> Picker<'m> {
    /// For these columns, which are paths in the rows.
    pub(crate) fn new(
        names: &[String],
        mapping: &'m Mapping,
        depth: usize,
    ) -> aep_core::Result<Self> {
        let mut root = Branch::default();
        for (column, name) in names.iter().enumerate() {
            let path = Path::parse(name)
                .map_err(|why| mapping.wrong(None, format!("`{name}` is no path: {why}")))?;
            let mut at = &mut root;
            for step in path.0 {
                let Step::Name(step) = step else {
                    let why = format!(
                        "`{name}`: a column of JSON is a path of names; take the whole array, or split it before"
                    );
                    return Err(mapping.wrong(None, why));
                };
                let known = at.children.iter().position(|(known, _)| *known == step);
                let place = known.unwrap_or(at.children.len());
                if known.is_none() {
                    at.children.push((step, Branch::default()));
                }
                let Some((_, next)) = at.children.get_mut(place) else {
                    break;
                };
                at = next;
            }
            at.column = Some(column);
        }
        Ok(Self {
            mapping,
            root,
            depth,
        })
    }

    /// Adds the cells of a row whose text is at `start` of the block.
    pub(crate) fn row(
        &self,
        text: &str,
        start: usize,
        cells: &mut Cells,
        troubles: &mut Vec<Trouble>,
    ) {
        let row = cells.len();
        cells.open_row();
        let mut found = Vec::new();
        let mut walk = Walk {
            picker: self,
            parser: Parser::new(text, self.depth),
            start,
            row,
            found: &mut found,
            troubles,
        };
        let done = walk.row();
        if let Err(broken) = done {
            troubles.push(Trouble {
                row,
                what: What::Json(broken),
            });
            return cells.end(start..start + text.len(), true);
        }
        for (column, cell) in found {
            let cell = match cell {
                Found::Cell(cell) => cell,
                Found::Own(text) => cells.own(&text, Tag::String),
            };
            if let Some(place) = cells.open_row().get_mut(column) {
                *place = cell;
            }
        }
        cells.end(start..start + text.len(), false);
    }
}

enum Found {
    Cell(Cell),
    /// A string with escapes.
    Own(String),
}

struct Walk<'p, 't, 'o> {
    picker: &'p Picker<'p>,
    parser: Parser<'t>,
    start: usize,
    row: usize,
    found: &'o mut Vec<(usize, Found)>,
    troubles: &'o mut Vec<Trouble>,
}

impl Walk<'_, '_, '_> {
    fn row(&mut self) -> Parsed<()> {
        let picker = self.picker;
        if self.parser.peek() == Some(b'{') {
            self.object(&picker.root, &mut String::new())?;
        } else {
            let found = self.parser.skip()?.to_owned();
            self.say(What::NoObject { found });
        }
        self.parser.end()
    }

    fn say(&mut self, what: What) {
        self.troubles.push(Trouble {
            row: self.row,
            what,
        });
    }

    fn object(&mut self, branch: &Branch, path: &mut String) -> Parsed<()> {
        self.parser.open()?;
        let mut first = true;
        let mut seen: Vec<usize> = Vec::new();
        while let Some(key) = self.parser.key(first)? {
            first = false;
            let name = key.decode();
            let length = path.len();
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&name);
            let child = branch
                .children
                .iter()
                .enumerate()
                .find(|(_, (known, _))| **known == *name);
            match child {
                Some((place, _)) if seen.contains(&place) => {
                    self.parser.skip()?;
                    self.say(What::Twice { path: path.clone() });
                }
                Some((place, (_, child))) => {
                    seen.push(place);
                    match child.column {
                        Some(column) => self.value(column)?,
                        None if self.parser.peek() == Some(b'{') => self.object(child, path)?,
                        None => {
                            let found = self.parser.skip()?.to_owned();
                            if found != "null" {
                                self.say(What::Unnamed {
                                    path: path.clone(),
                                    found,
                                });
                            }
                        }
                    }
                }
                None => {
                    let found = self.parser.skip()?;
                    if !self.picker.mapping.ignores(path) {
                        let found = found.to_owned();
                        self.say(What::Unnamed {
                            path: path.clone(),
                            found,
                        });
                    }
                }
            }
            path.truncate(length);
        }
        self.parser.close();
        Ok(())
    }

    fn value(&mut self, column: usize) -> Parsed<()> {
        let next = self.parser.peek();
        let from = self.parser.place();
        let tag = match next {
            Some(b'"') => {
                let text = self.parser.string()?.decode();
                let found = if let std::borrow::Cow::Owned(text) = text {
                    Found::Own(text)
                } else {
                    // Without its quotes.
                    let range = self.start + from + 1..self.start + self.parser.place() - 1;
                    Found::Cell(Cell::at(range, Tag::String))
                };
                self.found.push((column, found));
                return Ok(());
            }
            Some(b'n') => {
                self.parser.word("null")?;
                return Ok(());
            }
            Some(b't') => {
                self.parser.word("true")?;
                Tag::True
            }
            Some(b'f') => {
                self.parser.word("false")?;
                Tag::False
            }
            Some(b'{' | b'[') => {
                self.parser.skip()?;
                Tag::Json
            }
            Some(_) => {
                self.parser.skip()?;
                Tag::Number
            }
            None => return self.parser.no_value(),
        };
        let range = self.start + from..self.start + self.parser.place();
        self.found.push((column, Found::Cell(Cell::at(range, tag))));
        Ok(())
    }
}
