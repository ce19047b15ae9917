//! The environment: the only file that reads it, and the only one that names its variables.

use std::collections::BTreeMap;

/// The variables of the process that concern this project.
#[derive(Clone, Default)]
pub struct Env {
    values: BTreeMap<String, String>,
}

impl Env {
    /// The profile to use.
    pub const PROFILE: &'static str = "AEP_PROFILE";
    /// The gateway's address.
    pub const BASE_URL: &'static str = "AEP_BASE_URL";

    /// Reads the environment of this process.
    pub fn from_process() -> Self {
        Self::from_map(std::env::vars().filter(|(key, _)| key.starts_with("AEP_")))
    }

    /// An environment of these variables and no others.
    pub fn from_map<K: Into<String>, V: Into<String>>(
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self {
            values: values
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        }
    }

    /// A variable, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// Shows which variables are set, not their values.
impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Env")
            .field(&self.values.keys().collect::<Vec<_>>())
            .finish()
    }
}
