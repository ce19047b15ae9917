//! Trying a mapping set before it is made.

use aep_core::Result;
use serde_json::{Value, json};

use super::{MappingSets, NewMappingSet, wire};

/// What the service thinks of the rules of a mapping set, one entry a rule and in their order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// The complaints about each rule; an empty list is praise.
    pub rules: Vec<Vec<String>>,
    raw: Value,
}

impl Validation {
    fn read(raw: Value) -> Self {
        let entries = raw["validationResponse"].as_array();
        let rules = entries.into_iter().flatten().map(complaints).collect();
        Self { rules, raw }
    }

    /// Whether there is nothing to complain about.
    pub fn is_valid(&self) -> bool {
        self.rules.iter().all(Vec::is_empty)
    }

    /// The answer as the service gave it.
    pub fn raw(&self) -> &Value {
        &self.raw
    }
}

fn complaints(entry: &Value) -> Vec<String> {
    let told: Vec<String> = match &entry["errors"] {
        Value::Array(errors) => errors.iter().map(shown).collect(),
        Value::Null => Vec::new(),
        other => vec![shown(other)],
    };
    let status = entry["status"].as_str().unwrap_or_default();
    if told.is_empty() && !status.eq_ignore_ascii_case("success") {
        return vec![format!("status {status}")];
    }
    told
}

fn shown(error: &Value) -> String {
    let named = ["message", "exception", "reason"]
        .into_iter()
        .find_map(|key| error[key].as_str());
    match named.or(error.as_str()) {
        Some(text) => text.to_owned(),
        None => error.to_string(),
    }
}

/// What a mapping set makes of sample data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Preview {
    /// The rows that came out: an object, or a list of them.
    pub data: Value,
    /// Which rules failed, and why.
    pub errors: Vec<String>,
}

impl MappingSets {
    /// Asks the service whether it takes these rules. Nothing is kept.
    ///
    /// # Errors
    /// [`Usage`](aep_core::ErrorKind::Usage) if a rule is incomplete; what the service fails with. Rules that it does
    /// not like are no error but in the answer.
    pub async fn validate(&self, set: &NewMappingSet) -> Result<Validation> {
        set.check()?;
        Ok(Validation::read(
            wire::validate(self.client(), &set.body()).await?,
        ))
    }

    /// Runs sample data, an object or a list of objects, through these rules. Nothing is kept.
    ///
    /// # Errors
    /// [`Usage`](aep_core::ErrorKind::Usage) if a rule is incomplete; what the service fails with. Rules that fail are in
    /// the answer.
    pub async fn preview(&self, data: &Value, set: &NewMappingSet) -> Result<Preview> {
        set.check()?;
        let body = json!({"data": data, "mappingSet": set.body()});
        let mut answer = wire::preview(self.client(), &body).await?;
        let errors = match &answer["errors"] {
            Value::Array(errors) => errors.iter().map(trouble).collect(),
            _ => Vec::new(),
        };
        let data = answer.get_mut("data").map_or(Value::Null, Value::take);
        Ok(Preview { data, errors })
    }
}

fn trouble(error: &Value) -> String {
    match error["destination"].as_str() {
        Some(destination) => format!("{destination}: {}", shown(error)),
        None => shown(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_and_complaints_are_told_apart() {
        let praise = Validation::read(
            json!({"validationResponse": [{"status": "SUCCESS", "errors": null}]}),
        );
        assert!(praise.is_valid());
        let complaint = Validation::read(json!({"validationResponse": [
            {"status": "SUCCESS", "errors": []},
            {"status": "FAILED", "errors": [{"message": "no such field"}]},
            {"status": "FAILED", "errors": null}]}));
        assert_eq!(
            complaint.rules,
            [
                vec![],
                vec!["no such field".to_owned()],
                vec!["status FAILED".to_owned()]
            ]
        );
        assert!(!complaint.is_valid());
    }
}
