//! Making mapping sets.

use aep_core::{Error, ErrorKind, Result, SchemaId};
use serde_json::{Value, json};

use super::{Mapping, MappingSet, MappingSetId, MappingSets, wire};

/// The form in which a schema is meant, as Adobe's Data Prep API reference writes it.
const SCHEMA: &str = "application/vnd.adobe.xed-full+json;version=1";

/// A mapping set to be made, or to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMappingSet {
    /// The schema that the rows come out in.
    pub schema: SchemaId,
    /// What goes where.
    pub mappings: Vec<Mapping>,
    /// A name.
    pub name: Option<String>,
    /// The id of the schema of the input, for sources that have one.
    pub input_schema: Option<String>,
}

impl NewMappingSet {
    /// A set of these rules, into rows of this schema.
    pub fn new(schema: SchemaId, mappings: impl IntoIterator<Item = Mapping>) -> Self {
        Self {
            schema,
            mappings: mappings.into_iter().collect(),
            name: None,
            input_schema: None,
        }
    }

    /// Gives it a name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds a rule.
    #[must_use]
    pub fn rule(mut self, rule: Mapping) -> Self {
        self.mappings.push(rule);
        self
    }

    /// The body in the current dialect.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({
            "outputSchema": {"schemaRef": {"id": self.schema, "contentType": SCHEMA}},
            "mappings": self.mappings.iter().map(Mapping::wire).collect::<Vec<_>>(),
        });
        if let Some(name) = &self.name {
            body["name"] = Value::from(name.as_str());
        }
        if let Some(input) = &self.input_schema {
            body["inputSchema"] = json!({"id": input});
        }
        body
    }

    /// What can be said without asking.
    pub(crate) fn check(&self) -> Result<()> {
        let refused =
            |why: String| Err(Error::new(ErrorKind::Usage, "use the mapping set").because(why));
        if self.mappings.is_empty() {
            return refused("it has no mappings".to_owned());
        }
        for (index, rule) in self.mappings.iter().enumerate() {
            if rule.destination.trim().is_empty() {
                return refused(format!("mapping {} has no destination", index + 1));
            }
            if rule.source.trim().is_empty() && rule.source_type != super::SourceType::Static {
                return refused(format!("mapping {} has no source", index + 1));
            }
            let twin = self.mappings[..index]
                .iter()
                .position(|other| other.destination == rule.destination);
            if let Some(twin) = twin {
                return refused(format!(
                    "mappings {} and {} both write `{}`",
                    twin + 1,
                    index + 1,
                    rule.destination
                ));
            }
        }
        Ok(())
    }
}

impl MappingSets {
    /// Makes a mapping set and answers it as the service then has it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if it has no rules, a rule is incomplete, or two write the same path; what Data Prep refuses.
    /// The call is not repeated after an unclear answer. A mapping set that no flow uses does no harm; the published API
    /// has no way to delete one.
    pub async fn create(&self, new: &NewMappingSet) -> Result<MappingSet> {
        new.check()?;
        let id = self.create_document(&new.body()).await?;
        self.get(&id, None).await
    }

    /// Makes a mapping set from its whole document.
    ///
    /// # Errors
    /// What Data Prep refuses.
    pub async fn create_document(&self, document: &Value) -> Result<MappingSetId> {
        self.service.guard_writes().await?;
        let answer = wire::create(self.client(), document).await?;
        Ok(MappingSet::read(answer)?.id)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn set(rules: Vec<Mapping>) -> NewMappingSet {
        NewMappingSet::new(SchemaId::new("https://ns/x").unwrap(), rules)
    }

    #[test]
    fn the_current_dialect_is_written() {
        let body = set(vec![Mapping::copy("first", "person.name.firstName")])
            .name("people")
            .body();
        assert_eq!(
            body,
            json!({
                "outputSchema": {"schemaRef": {"id": "https://ns/x", "contentType": SCHEMA}},
                "mappings": [{"sourceType": "ATTRIBUTE", "source": "first", "destination": "person.name.firstName"}],
                "name": "people",
            })
        );
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for rules in [
            vec![],
            vec![Mapping::copy("", "a")],
            vec![Mapping::copy("a", " ")],
            vec![Mapping::copy("a", "b"), Mapping::constant("", "b")],
        ] {
            assert_eq!(set(rules).check().unwrap_err().kind(), ErrorKind::Usage);
        }
        assert!(set(vec![Mapping::constant("", "b")]).check().is_ok());
    }
}
