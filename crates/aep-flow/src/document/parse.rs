//! Between a document and its text.

use aep_core::{Error, ErrorKind, Result};

use super::model::{PipelineDocument, VERSION};

impl PipelineDocument {
    /// Reads a document from YAML or JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] with the place if it is neither, a field is unknown or missing, or its form is one of another
    /// time.
    pub fn parse(text: &str) -> Result<Self> {
        let refused =
            |why: String| Error::new(ErrorKind::Usage, "read the pipeline document").because(why);
        let document: Self = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| refused(error.to_string()))?
        } else {
            serde_saphyr::from_str(text).map_err(|error| refused(error.to_string()))?
        };
        if document.document != VERSION {
            return Err(refused(format!(
                "its form is `{}`, known is `{VERSION}`",
                document.document
            )));
        }
        document.check()?;
        Ok(document)
    }

    /// The document as YAML.
    ///
    /// # Errors
    /// [`ErrorKind::Other`] if a value can't be written as YAML.
    pub fn to_yaml(&self) -> Result<String> {
        serde_saphyr::to_string(self).map_err(|error| {
            Error::new(ErrorKind::Other, "write the pipeline document").because(error.to_string())
        })
    }

    /// The document as JSON, over several lines.
    ///
    /// # Errors
    /// [`ErrorKind::Other`] if a value can't be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(|error| {
            Error::new(ErrorKind::Other, "write the pipeline document").because(error)
        })
    }

    /// What must hold between the parts.
    pub(super) fn check(&self) -> Result<()> {
        let refused = |why: String| {
            Err(Error::new(ErrorKind::Usage, "use the pipeline document").because(why))
        };
        for (what, name) in [
            ("name", &self.name),
            ("source.name", &self.source.name),
            ("target.name", &self.target.name),
        ] {
            if name.trim().is_empty() {
                return refused(format!("`{what}` is empty"));
            }
        }
        for place in self.places() {
            if self.place(place).is_none() {
                return refused(format!(
                    "the secret `{place}` does not lie in `source.base.auth.params` or `target.base.auth.params` of this document"
                ));
            }
        }
        let mapped = self
            .transformations
            .iter()
            .any(|one| one["name"] == "Mapping");
        if self.mapping.is_some() && !self.transformations.is_empty() && !mapped {
            return refused("there is a mapping but no transformation of that name".to_owned());
        }
        if mapped && self.mapping.is_none() {
            return refused("there is a transformation `Mapping` but no mapping".to_owned());
        }
        Ok(())
    }

    /// The places of all secrets.
    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        let all = self.secrets.iter().chain(&self.optional_secrets);
        all.map(String::as_str)
    }

    /// Which end a secret belongs to, and the name of its value.
    pub(super) fn place<'a>(&self, place: &'a str) -> Option<(Side, &'a str)> {
        let ends = [(Side::Source, &self.source), (Side::Target, &self.target)];
        ends.into_iter().find_map(|(side, end)| {
            let name = place.strip_prefix(side.prefix())?;
            end.base.as_ref()?.auth.as_ref()?;
            (!name.is_empty() && !name.contains('.')).then_some((side, name))
        })
    }
}

/// The ends of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Source,
    Target,
}

impl Side {
    /// What the places of its secrets begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Source => "source.base.auth.params.",
            Self::Target => "target.base.auth.params.",
        }
    }
}
