//! `spec/drift-accepted.yaml`: which documents are compared, and which differences are meant.
//!
//! A pattern is compared with the text of a difference, its path and what differs there. `*` stands for anything without
//! a space, `**` for anything. An entry with a pattern says how many differences it covers, so that it lets nothing new
//! in; one that covers nothing any more is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;
use serde::Deserialize;

use super::difference::{Difference, Kind};
use crate::codegen::lines::line;
use crate::codegen::load::{text, yaml};
use crate::error::{Context, Error, Result};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Ours, and Adobe's of the same API.
    documents: BTreeMap<String, String>,
    /// Ours that have none of Adobe's to be compared with.
    #[serde(default)]
    ours_only: BTreeMap<String, String>,
    /// Adobe's that we have none for.
    #[serde(default)]
    theirs_only: Vec<Others>,
    #[serde(default)]
    accepted: BTreeMap<String, Vec<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Others {
    names: BTreeSet<String>,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    at: Patterns,
    kind: Option<Kind>,
    covers: Option<Covers>,
    reason: String,
}

/// How many differences an entry covers: of its API, or of each by name.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Covers {
    One(usize),
    Each(BTreeMap<String, usize>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Patterns {
    One(String),
    Several(Vec<String>),
}

/// The entries for the documents of all APIs.
const EVERYWHERE: &str = "everywhere";

/// What was read from the file.
#[derive(Debug)]
pub(super) struct Accepted {
    /// Ours and Adobe's, by name.
    pub(super) documents: BTreeMap<String, String>,
    ours_only: BTreeSet<String>,
    theirs_only: BTreeSet<String>,
    rules: Vec<Rule>,
}

/// An entry, and what it covered.
#[derive(Debug)]
pub(super) struct Rule {
    /// The API, or [`EVERYWHERE`].
    pub(super) api: String,
    /// File and line.
    place: String,
    /// The patterns as they are written.
    pub(super) at: String,
    patterns: Vec<Regex>,
    kind: Option<Kind>,
    /// By API.
    covers: BTreeMap<String, usize>,
    pub(super) reason: String,
}

/// What is to be said about a difference.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict<'a> {
    /// No entry covers it.
    Open,
    /// An entry would cover it, and covers more than it says.
    Crowded,
    Accepted(&'a Rule),
}

impl<'a> Verdict<'a> {
    pub(super) fn rule(self) -> Option<&'a Rule> {
        match self {
            Self::Accepted(rule) => Some(rule),
            Self::Open | Self::Crowded => None,
        }
    }
}

impl Accepted {
    /// Reads the file at `path`, which messages call `shown`.
    pub(super) fn read(path: &Path, shown: &Path) -> Result<Self> {
        Self::parse(shown, &text(path, shown)?)
    }

    /// Parses `text` as if it had been read from `file`.
    pub(super) fn parse(file: &Path, text: &str) -> Result<Self> {
        let parsed: File = yaml(file, text)?;
        let reasons = parsed.theirs_only.iter().map(|others| &others.reason);
        if parsed
            .ours_only
            .values()
            .chain(reasons)
            .any(|reason| reason.trim().is_empty())
        {
            let file = file.display();
            return Err(Error::new(format!(
                "{file}: a document stands alone without a reason"
            )));
        }
        let mut rules = Vec::new();
        for (api, entries) in parsed.accepted {
            if api != EVERYWHERE && !parsed.documents.contains_key(&api) {
                let file = file.display();
                return Err(Error::new(format!("{file}: no document is called {api}")));
            }
            for (at, entry) in entries.into_iter().enumerate() {
                let line = line(text, &format!("#/accepted/{api}/{at}")).unwrap_or_default();
                let place = format!("{}:{line}", file.display());
                rules.push(rule(&api, place, entry)?);
            }
        }
        // those of one API before those of all
        rules.sort_by_key(|rule| rule.api == EVERYWHERE);
        Ok(Self {
            documents: parsed.documents,
            ours_only: parsed.ours_only.into_keys().collect(),
            theirs_only: parsed
                .theirs_only
                .into_iter()
                .flat_map(|others| others.names)
                .collect(),
            rules,
        })
    }

    /// The documents of ours, and then of Adobe's, that nobody said anything about, and those that are not there.
    pub(super) fn strangers(&self, ours: &[String], theirs: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        let mut side =
            |whose: &str, there: &[String], paired: BTreeSet<&String>, alone: &BTreeSet<String>| {
                for name in there {
                    if !paired.contains(name) && !alone.contains(name) {
                        found.push(format!(
                            "{whose} {name} is new: nothing says what it is compared with"
                        ));
                    }
                }
                for name in paired.iter().copied().chain(alone) {
                    if !there.contains(name) {
                        found.push(format!("{whose} {name} is gone"));
                    }
                }
            };
        side(
            "our document",
            ours,
            self.documents.keys().collect(),
            &self.ours_only,
        );
        side(
            "Adobe's document",
            theirs,
            self.documents.values().collect(),
            &self.theirs_only,
        );
        found
    }

    /// What is to be said about each difference, and what is wrong with entries.
    pub(super) fn judge(
        &self,
        differences: &[(String, Difference)],
    ) -> (Vec<Verdict<'_>>, Vec<String>) {
        let mut by = Vec::new();
        for (api, difference) in differences {
            let text = difference.text();
            let fits = |rule: &Rule| rule.fits(api, difference.kind, &text);
            by.push(self.rules.iter().position(fits));
        }
        let mut counts = vec![BTreeMap::<&str, usize>::new(); self.rules.len()];
        for (found, (api, _)) in by.iter().zip(differences) {
            if let Some(counts) = found.and_then(|at| counts.get_mut(at)) {
                *counts.entry(api).or_default() += 1;
            }
        }
        let all = self.rules.iter().zip(&counts);
        let wrong = all.flat_map(|(rule, counts)| rule.complaints(counts));
        let wrong = wrong.collect();
        let verdicts = by.into_iter().zip(differences).map(|(found, (api, _))| {
            let rule = found.and_then(|at| Some((self.rules.get(at)?, counts.get(at)?)));
            match rule {
                None => Verdict::Open,
                // nobody can say which of them are new
                Some((rule, counts)) if counts.get(api.as_str()) > rule.covers.get(api) => {
                    Verdict::Crowded
                }
                Some((rule, _)) => Verdict::Accepted(rule),
            }
        });
        (verdicts.collect(), wrong)
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

fn rule(api: &str, place: String, entry: Entry) -> Result<Rule> {
    let written = match entry.at {
        Patterns::One(pattern) => vec![pattern],
        Patterns::Several(patterns) => patterns,
    };
    let says = |what: &str| Error::new(format!("{place}: {what}"));
    if entry.reason.trim().is_empty() {
        return Err(says("an entry needs a reason"));
    }
    if written.is_empty()
        || written
            .iter()
            .any(|pattern| pattern.replace(['*', ' '], "").is_empty())
    {
        return Err(says("the entry would cover everything"));
    }
    let wide = written.iter().any(|pattern| pattern.contains('*'));
    let covers = match entry.covers {
        Some(Covers::Each(covers)) if api == EVERYWHERE => covers,
        Some(Covers::One(covers)) if api != EVERYWHERE => {
            BTreeMap::from([(api.to_owned(), covers)])
        }
        None if api != EVERYWHERE && !wide => BTreeMap::from([(api.to_owned(), written.len())]),
        None => {
            return Err(says(
                "an entry with a pattern says with `covers` how many differences it covers",
            ));
        }
        Some(_) => {
            return Err(says(
                "`covers` is a number, or of each API one if the entry is for all of them",
            ));
        }
    };
    if covers.is_empty() || covers.values().any(|covers| *covers == 0) {
        return Err(says("an entry that covers nothing goes away"));
    }
    let patterns = written.iter().map(|pattern| {
        let escaped = regex::escape(pattern)
            .replace(r"\*\*", ".*")
            .replace(r"\*", "[^ ]*");
        Regex::new(&format!("^(?:{escaped})$")).doing(|| format!("{place}: `{pattern}`"))
    });
    Ok(Rule {
        api: api.to_owned(),
        patterns: patterns.collect::<Result<_>>()?,
        at: written.join(", "),
        place,
        kind: entry.kind,
        covers,
        reason: entry.reason,
    })
}

impl Rule {
    fn fits(&self, api: &str, kind: Kind, text: &str) -> bool {
        (self.api == EVERYWHERE || self.api == api)
            && self.kind.is_none_or(|wanted| wanted == kind)
            && self.patterns.iter().any(|pattern| pattern.is_match(text))
    }

    /// Where it does not cover what it says, of what it really covers by API.
    fn complaints(&self, counts: &BTreeMap<&str, usize>) -> Vec<String> {
        let Self { place, at, .. } = self;
        if counts.is_empty() {
            return vec![format!("{place}: `{at}` no longer applies")];
        }
        let none = self.covers.keys().map(|api| (api.as_str(), 0));
        let mut all: BTreeMap<&str, usize> = none.collect();
        all.extend(counts);
        let wrong = all.into_iter().filter_map(|(api, count)| {
            let said = self.covers.get(api).copied().unwrap_or_default();
            (count != said)
                .then(|| format!("{place}: `{at}` covers {count} differences of {api}, not {said}"))
        });
        wrong.collect()
    }
}
