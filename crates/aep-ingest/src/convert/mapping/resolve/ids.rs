//! `_id` and `identityMap`.

use aep_core::Result;

use super::Maker;
use crate::convert::mapping::document::{Id, Identity};
use crate::convert::mapping::{IdForm, Input, Source};

impl Maker<'_, '_> {
    pub(super) fn id(&mut self, id: &Id, columns: Vec<usize>, line: Option<u64>) -> Result<()> {
        if columns.is_empty() {
            return Err(self
                .mapping
                .wrong(line, "`from` names no column".to_owned()));
        }
        let form = match id.form.as_deref() {
            None | Some("uuid") => IdForm::Uuid,
            Some("hash") => IdForm::Hash,
            Some("text") => IdForm::Text(id.separator.as_deref().unwrap_or("-").into()),
            Some(other) => {
                return Err(self.mapping.wrong(
                    line,
                    format!("`as: {other}` is none of uuid, hash and text"),
                ));
            }
        };
        if id.separator.is_some() && !matches!(form, IdForm::Text(_)) {
            return Err(self
                .mapping
                .wrong(line, "`separator` goes with `as: text`".to_owned()));
        }
        let input = Input {
            nulls: self.nulls(&[]),
            ..Input::default()
        };
        self.add(
            "_id",
            Source::Id(columns, form),
            &id.from.join(", "),
            input,
            line,
        )
    }

    pub(super) fn identity(
        &mut self,
        identity: &Identity,
        column: usize,
        line: Option<u64>,
    ) -> Result<()> {
        let namespace = &identity.namespace;
        // Several ids of one namespace stand one behind the other.
        let place = self.root.places(&["identityMap", namespace]);
        let path = |field: &str| format!("identityMap[\"{namespace}\"][{place}].{field}");
        let input = Input {
            nulls: self.nulls(&[]),
            ..Input::default()
        };
        self.add(
            &path("id"),
            Source::Column(column),
            &identity.id,
            input,
            line,
        )?;
        if identity.primary {
            let source = Source::Constant("true".into());
            self.add(&path("primary"), source, "true", Input::default(), line)?;
        }
        if let Some(state) = &identity.state {
            let source = Source::Constant(state.as_str().into());
            self.add(
                &path("authenticatedState"),
                source,
                state,
                Input::default(),
                line,
            )?;
        }
        Ok(())
    }
}
