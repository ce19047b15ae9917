//! The secrets that a document leaves out.

use std::collections::BTreeMap;

use aep_core::{Error, ErrorKind, Result, Secret};

/// Secrets by name: the whole place as the document names it (`source.base.auth.params.password`), or its end
/// (`password`), as long as that fits one place only.
#[derive(Debug, Clone, Default)]
pub struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    /// No secrets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a secret.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Secret) -> Self {
        self.0.insert(name.into(), value);
        self
    }

    /// The secret for each of the places that has one.
    pub(super) fn assign(&self, places: &[&str]) -> Result<BTreeMap<String, Secret>> {
        let mut assigned = BTreeMap::new();
        for (name, value) in &self.0 {
            let fits: Vec<&str> = places
                .iter()
                .copied()
                .filter(|place| fits(place, name))
                .collect();
            let refused = |why: String| {
                Error::new(ErrorKind::Usage, "use the secret")
                    .with("secret", name)
                    .because(why)
            };
            let place = match fits.as_slice() {
                [] => {
                    let error = refused("the document has no place for it".to_owned());
                    return Err(if places.is_empty() {
                        error.hint("the document needs no secrets")
                    } else {
                        error.hint(format!("its places are {}", places.join(", ")))
                    });
                }
                [place] => *place,
                several => {
                    return Err(refused(format!("it fits {}", several.join(" and ")))
                        .hint("give the whole name of the place"));
                }
            };
            if assigned.insert(place.to_owned(), value.clone()).is_some() {
                return Err(refused(format!("another one is given for {place}")));
            }
        }
        Ok(assigned)
    }
}

impl<N: Into<String>> FromIterator<(N, Secret)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (N, Secret)>>(secrets: I) -> Self {
        Self(
            secrets
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }
}

/// Whether the name is the place or its end, cut at a dot.
fn fits(place: &str, name: &str) -> bool {
    place == name
        || place
            .strip_suffix(name)
            .is_some_and(|before| before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const PLACES: [&str; 3] = [
        "source.base.auth.params.password",
        "target.base.auth.params.password",
        "target.base.auth.params.sshKey",
    ];

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn the_end_of_a_place_is_enough_if_only_one_has_it() {
        let given = Secrets::new()
            .with("sshKey", secret("k"))
            .with("source.base.auth.params.password", secret("p"));
        let assigned = given.assign(&PLACES).unwrap();
        assert_eq!(assigned[PLACES[2]].expose(), "k");
        assert_eq!(assigned[PLACES[0]].expose(), "p");
        assert_eq!(assigned.len(), 2);
        assert!(!format!("{given:?}").contains("\"k\""));
    }

    #[test]
    fn a_secret_is_not_used_twice_or_for_nothing() {
        for name in ["password", "Key", "apiKey", ""] {
            let given = Secrets::new().with(name, secret("x"));
            let error = given.assign(&PLACES).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
        }
        let twice = Secrets::new()
            .with("sshKey", secret("x"))
            .with("params.sshKey", secret("y"));
        assert!(twice.assign(&PLACES).is_err());
    }
}
