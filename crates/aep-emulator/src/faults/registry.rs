//! The rules in force and how often each has been asked.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Fault, FaultError, FaultRule};
use crate::operations::{Operation, Service};

/// The fault rules of an emulator. Cheap to clone; all clones are the same rules.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Rules>>);

#[derive(Debug, Default)]
struct Rules {
    next: u64,
    rules: Vec<Listed>,
}

/// A rule in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Listed {
    /// Number to remove it by.
    pub id: u64,
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// Calls of the operation since the rule was added.
    pub calls: u64,
    /// How many of them were hit.
    pub hits: u64,
}

impl Faults {
    fn lock(&self) -> std::sync::MutexGuard<'_, Rules> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a rule in force and answers its number.
    ///
    /// # Errors
    /// A rule that could never act (unknown operation, call 0, …) is refused.
    pub fn add(&self, rule: FaultRule) -> Result<u64, FaultError> {
        rule.check()?;
        let mut rules = self.lock();
        rules.next += 1;
        let id = rules.next;
        rules.rules.push(Listed {
            id,
            rule,
            calls: 0,
            hits: 0,
        });
        Ok(id)
    }

    /// The rules in force, in the order they were added.
    pub fn list(&self) -> Vec<Listed> {
        self.lock().rules.clone()
    }

    /// Removes a rule; `false` when there is none of that number.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.lock();
        let before = rules.rules.len();
        rules.rules.retain(|listed| listed.id != id);
        rules.rules.len() < before
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.lock().rules.clear();
    }

    pub(crate) fn restore(&self, listed: Vec<Listed>) {
        let mut rules = self.lock();
        rules.next = listed.iter().map(|rule| rule.id).max().unwrap_or_default();
        rules.rules = listed;
    }

    /// Counts the call in every rule that means it, and answers what happens: all delays, and of the rest the first.
    /// The flag says whether any counter moved.
    pub(crate) fn decide(&self, operation: Option<&Operation>) -> (Vec<Fault>, bool) {
        let mut rules = self.lock();
        let mut faults = Vec::new();
        let mut counted = false;
        for listed in &mut rules.rules {
            let meant = match operation {
                Some(operation) if operation.service == Service::Admin => false,
                _ if listed.rule.operation == "*" => true,
                Some(operation) => operation.is_called(&listed.rule.operation),
                None => false,
            };
            if !meant {
                continue;
            }
            counted = true;
            listed.calls += 1;
            if listed.rule.when.hits(listed.calls) {
                listed.hits += 1;
                let ends = faults
                    .iter()
                    .any(|fault| !matches!(fault, Fault::Delay { .. }));
                if !ends || matches!(listed.rule.fault, Fault::Delay { .. }) {
                    faults.push(listed.rule.fault.clone());
                }
            }
        }
        (faults, counted)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::time::Duration;

    use super::*;
    use crate::operations;

    #[test]
    fn delays_add_up_and_the_first_end_wins() {
        let faults = Faults::default();
        faults
            .add(FaultRule::new("createBatch", Fault::status(503)).first(1))
            .unwrap();
        faults.add(FaultRule::new("*", Fault::Silence)).unwrap();
        let slow = faults
            .add(FaultRule::new(
                "batch-ingestion.createBatch",
                Fault::delay(Duration::from_secs(1)),
            ))
            .unwrap();
        let create =
            operations::find(&http::Method::POST, "/data/foundation/import/batches", None).unwrap();
        assert_eq!(
            faults.decide(Some(create)).0,
            [Fault::status(503), Fault::Delay { ms: 1000 }]
        );
        assert_eq!(
            faults.decide(Some(create)).0,
            [Fault::Silence, Fault::Delay { ms: 1000 }]
        );
        assert!(faults.remove(slow) && !faults.remove(slow));
        assert_eq!(faults.list()[0].calls, 2);
        assert_eq!(faults.list()[0].hits, 1);
        faults.clear();
        assert_eq!(faults.decide(Some(create)), (vec![], false));
    }
}
