//! The file's schema against the dataset's: what can't be converted, and what to check of the rest.

use std::collections::HashSet;

use ::parquet::basic::{ConvertedType, LogicalType, Repetition};
use ::parquet::schema::types::{SchemaDescriptor, Type};

use super::input::{Input, describe};
use super::levels::{Level, Part, Required, place};
use super::values::Check;
use crate::validate::findings::Rule;
use crate::validate::json::known;
use crate::validate::scalar;
use crate::validate::tally::Tally;
use crate::xdm::{Extra, Field, Kind, Object, Schema};

/// What to check of one column.
#[derive(Debug)]
pub(super) struct Leaf<'s> {
    pub(super) column: usize,
    pub(super) parts: Vec<Part>,
    pub(super) check: Check<'s>,
    pub(super) required: Vec<Required<'s>>,
}

/// One leaf for each column of the file, in order. What is wrong with the file as a whole goes to
/// the tally.
pub(super) fn plan<'s>(
    file: &SchemaDescriptor,
    schema: &'s Schema,
    tally: &mut Tally,
) -> Vec<Leaf<'s>> {
    let mut planner = Planner {
        tally,
        leaves: Vec::with_capacity(file.num_columns()),
        required: Vec::new(),
    };
    let row = Level::default();
    planner.fields(file.root_schema(), schema.root(), row, &mut Vec::new());
    let Planner {
        mut leaves,
        required,
        ..
    } = planner;
    for (column, required) in required {
        if let Some(leaf) = leaves.get_mut(column) {
            leaf.required.push(required);
        }
    }
    leaves
}

struct Planner<'s, 't> {
    tally: &'t mut Tally,
    leaves: Vec<Leaf<'s>>,
    /// By the column that shows it.
    required: Vec<(usize, Required<'s>)>,
}

/// How a node of the file's schema is to be read.
enum Shape<'f> {
    Scalar,
    Group,
    /// The element, and whether the repetition in front of it is the element's own.
    List(&'f Type, bool),
    Map(&'f Type, Option<&'f Type>),
}

impl<'s> Planner<'s, '_> {
    /// The fields of a group against those of an object.
    fn fields(&mut self, group: &Type, object: &'s Object, level: Level, parts: &mut Vec<Part>) {
        let witness = self.leaves.len();
        let mut seen = HashSet::new();
        for child in group.get_fields() {
            let name = child.name();
            parts.push(Part::Name(name.into()));
            if !seen.insert(name) {
                self.say(
                    parts,
                    Rule::DuplicateKey,
                    || "each column once".to_owned(),
                    "the column again",
                );
                self.skip(child, parts);
            } else if let Some(field) = object.get(name) {
                if field.required && child.get_basic_info().repetition() != Repetition::REQUIRED {
                    let own = Some(level.def + 1);
                    let required = Required {
                        field,
                        parts: parts.clone(),
                        parent: level,
                        own,
                    };
                    self.required.push((self.leaves.len(), required));
                }
                self.value(child, field, level, parts);
            } else if let Extra::Typed(field) = object.extra() {
                self.value(child, field, level, parts);
            } else {
                self.say(
                    parts,
                    Rule::UnknownField,
                    || known(object, name),
                    &describe(child),
                );
                self.skip(child, parts);
            }
            parts.pop();
        }
        for field in object
            .required()
            .iter()
            .filter_map(|at| object.fields().get(*at))
        {
            if seen.contains(&*field.name) {
                continue;
            }
            parts.push(Part::Name(field.name.clone()));
            if level.def == 0 && parts.len() == 1 {
                self.say(
                    parts,
                    Rule::Required,
                    || scalar::expected(field, Rule::Required),
                    "no such column",
                );
            } else {
                let required = Required {
                    field,
                    parts: parts.clone(),
                    parent: level,
                    own: None,
                };
                self.required.push((witness, required));
            }
            parts.pop();
        }
    }

    /// A node, with the repetition in front of it.
    fn value(&mut self, node: &Type, field: &'s Field, above: Level, parts: &mut Vec<Part>) {
        match node.get_basic_info().repetition() {
            Repetition::REQUIRED => self.node(node, field, above, parts),
            Repetition::OPTIONAL => self.node(
                node,
                field,
                Level {
                    def: above.def + 1,
                    ..above
                },
                parts,
            ),
            Repetition::REPEATED => {
                // A list of the old kind, without a group around it.
                let Kind::Array(element) = &field.kind else {
                    return self.refuse(node, field, parts);
                };
                let level = Level {
                    def: above.def + 1,
                    rep: above.rep + 1,
                };
                parts.push(Part::Index(level.rep));
                self.node(node, element, level, parts);
                parts.pop();
            }
        }
    }

    /// A node that exists at a level.
    fn node(&mut self, node: &Type, field: &'s Field, level: Level, parts: &mut Vec<Part>) {
        let inside = Level {
            def: level.def + 1,
            rep: level.rep + 1,
        };
        match (shape(node), &field.kind) {
            (_, Kind::Any) => self.skip(node, parts),
            (Shape::Scalar, kind) => {
                let input = Input::of(node);
                if (kind.is_scalar() && input.converts_to(kind)) || input == Input::Null {
                    self.leaf(parts, Check::new(input, field));
                } else {
                    self.refuse(node, field, parts);
                }
            }
            (Shape::Group, Kind::Object(object)) => self.fields(node, object, level, parts),
            (Shape::Group, Kind::Map(value)) => {
                for child in node.get_fields() {
                    parts.push(Part::Name(child.name().into()));
                    self.value(child, value, level, parts);
                    parts.pop();
                }
            }
            (Shape::List(element, own), Kind::Array(field)) => {
                parts.push(Part::Index(inside.rep));
                if own {
                    self.node(element, field, inside, parts);
                } else {
                    self.value(element, field, inside, parts);
                }
                parts.pop();
            }
            (Shape::Map(key, Some(value)), Kind::Map(field)) if Input::of(key) == Input::Text => {
                parts.push(Part::Key);
                self.leaf(parts, Check::Utf8);
                self.value(value, field, inside, parts);
                parts.pop();
            }
            (Shape::Map(key, Some(value)), Kind::Object(object))
                if Input::of(key) == Input::Text && fits_all(value, object) =>
            {
                parts.push(Part::Key);
                self.leaf(parts, Check::Names(object));
                self.skip(value, parts);
                parts.pop();
            }
            _ => self.refuse(node, field, parts),
        }
    }

    fn leaf(&mut self, parts: &[Part], check: Check<'s>) {
        let column = self.leaves.len();
        self.leaves.push(Leaf {
            column,
            parts: parts.to_vec(),
            check,
            required: Vec::new(),
        });
    }

    /// The columns below a node, whatever they hold.
    fn skip(&mut self, node: &Type, parts: &mut Vec<Part>) {
        if node.is_primitive() {
            return self.leaf(parts, Check::Nothing);
        }
        for child in node.get_fields() {
            parts.push(Part::Name(child.name().into()));
            self.skip(child, parts);
            parts.pop();
        }
    }

    fn refuse(&mut self, node: &Type, field: &Field, parts: &mut Vec<Part>) {
        self.say(
            parts,
            Rule::Type,
            || scalar::expected(field, Rule::Type),
            &describe(node),
        );
        self.skip(node, parts);
    }

    fn say(&mut self, parts: &[Part], rule: Rule, expected: impl FnOnce() -> String, found: &str) {
        place(parts, &[], |at| {
            self.tally.note(rule, at, None, expected, found);
        });
    }
}

/// Lists and maps are groups with a certain shape, and older writers had other ones
/// (parquet-format, LogicalTypes.md, "Backward-compatibility rules").
fn shape(node: &Type) -> Shape<'_> {
    if node.is_primitive() {
        return Shape::Scalar;
    }
    let info = node.get_basic_info();
    let repeated = match node.get_fields() {
        [only] if only.get_basic_info().repetition() == Repetition::REPEATED => Some(only),
        _ => None,
    };
    let logical = info.logical_type_ref();
    match (repeated, info.converted_type()) {
        (Some(repeated), ConvertedType::LIST) => list(node, repeated),
        (Some(repeated), _) if logical == Some(&LogicalType::List) => list(node, repeated),
        (Some(pairs), ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => map(pairs),
        (Some(pairs), _) if logical == Some(&LogicalType::Map) => map(pairs),
        _ => Shape::Group,
    }
}

fn list<'f>(node: &Type, repeated: &'f Type) -> Shape<'f> {
    if repeated.is_primitive() {
        return Shape::List(repeated, true);
    }
    match repeated.get_fields() {
        [only]
            if repeated.name() != "array"
                && repeated.name() != format!("{}_tuple", node.name()) =>
        {
            Shape::List(only, false)
        }
        _ => Shape::List(repeated, true),
    }
}

fn map(pairs: &Type) -> Shape<'_> {
    if pairs.is_primitive() {
        return Shape::Group;
    }
    match pairs.get_fields() {
        [key, rest @ ..] if key.is_primitive() && rest.len() < 2 => {
            Shape::Map(key, rest.first().map(AsRef::as_ref))
        }
        _ => Shape::Group,
    }
}

/// Whether the values of a map can go to every field of an object. Which value goes to which field
/// isn't known before the rows are read, so the fields have to be alike, and without rules.
fn fits_all(value: &Type, object: &Object) -> bool {
    value.is_primitive()
        && object
            .fields()
            .iter()
            .all(|field| field.kind.is_scalar() && Input::of(value).converts_to(&field.kind))
}
