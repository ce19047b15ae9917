//! A column that the mapping names, with what it says about it.

use aep_core::Result;

use super::Maker;
use crate::convert::date::Pattern;
use crate::convert::mapping::document::Entry;
use crate::convert::mapping::{Input, Source};
use crate::xdm::Kind;

impl Maker<'_, '_> {
    pub(super) fn entry(
        &mut self,
        column: usize,
        name: &str,
        entry: &Entry,
        line: Option<u64>,
    ) -> Result<()> {
        let wrong = |why: String| self.mapping.wrong(line, why);
        let field = self.field(&entry.to, line)?;
        if let Some(kind) = &entry.kind
            && *kind != field.kind.name()
            && *kind != field.type_name()
        {
            return Err(wrong(format!(
                "`{}` is of type {}, not {kind}: the schema decides",
                entry.to,
                field.type_name()
            )));
        }
        let inner = if entry.split.is_some() {
            match &field.kind {
                Kind::Array(element) => element,
                _ => {
                    return Err(wrong(format!(
                        "`split` makes a list, and `{}` is {}",
                        entry.to,
                        field.type_name()
                    )));
                }
            }
        } else {
            field
        };
        let kind = &inner.kind;
        let format = match &entry.format {
            None if entry.zone.is_some() => {
                return Err(wrong("`zone` goes with a `format`".to_owned()));
            }
            None => None,
            Some(format) => {
                let pattern = Pattern::new(format, entry.zone.as_deref()).map_err(wrong)?;
                match kind {
                    Kind::Date => {}
                    Kind::DateTime if pattern.has_zone() => {}
                    Kind::DateTime => {
                        return Err(wrong(format!(
                            "`{format}` doesn't say in which zone: add `zone: UTC`, or another"
                        )));
                    }
                    _ => {
                        return Err(wrong(format!(
                            "`format` is for dates, and `{}` is {}",
                            entry.to,
                            field.type_name()
                        )));
                    }
                }
                Some(pattern)
            }
        };
        let words = if entry.yes.is_empty() && entry.no.is_empty() {
            None
        } else if matches!(kind, Kind::Boolean) {
            Some((entry.yes.clone(), entry.no.clone()))
        } else {
            return Err(wrong(format!(
                "`true` and `false` are for booleans, and `{}` is {}",
                entry.to,
                field.type_name()
            )));
        };
        let decimal = match entry
            .decimal
            .as_deref()
            .map(|text| text.chars().collect::<Vec<_>>())
        {
            None => None,
            Some(chars) => match chars.as_slice() {
                [sign] if !sign.is_ascii_digit() && *sign != '-' => Some(*sign),
                _ => return Err(wrong("`decimal` is one character, such as `,`".to_owned())),
            },
        };
        if entry.split.as_deref() == Some("") {
            return Err(wrong("`split` is the text between two elements".to_owned()));
        }
        let input = Input {
            nulls: self.nulls(&entry.nulls),
            default: entry.default.as_deref().map(Into::into),
            trim: entry.trim,
            format,
            words,
            split: entry.split.as_deref().map(Into::into),
            decimal,
        };
        self.add(&entry.to, Source::Column(column), name, input, line)
    }
}
