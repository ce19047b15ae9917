//! One TOML file: checked key by key, edited in place so that comments stay.

use std::path::{Path, PathBuf};

use toml_edit::{Array, Document, DocumentMut, Item, Table, TableLike, Value};

use super::key::nearest;
use super::{Key, files};
use crate::{Error, ErrorKind, Result, Secret};

/// What a file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// `config.toml`: profiles and which of them is the default.
    User,
    /// `credentials.toml`: the secrets of the profiles.
    Credentials,
    /// `aep.toml`: the keys of a project, at the top.
    Project,
}

/// The name of the table of profiles.
pub(super) const PROFILE: &str = "profile";
/// The key with the name of the profile to use when none is named.
pub(super) const DEFAULT: &str = "default_profile";

impl Role {
    /// The keys that may stand in this file (in a profile's table, or at the top of a project).
    fn allows(self, key: Key) -> Result<(), Option<&'static str>> {
        match self {
            Self::User if key.is_secret() => Err(Some(
                "secrets stand in credentials.toml, which only you can read",
            )),
            Self::Credentials if !key.is_secret() => Err(Some(
                "only secrets stand here; this belongs into config.toml",
            )),
            Self::Project => key.not_in_project().map_or(Ok(()), |why| Err(Some(why))),
            _ => Ok(()),
        }
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        let top = (self == Self::Project).then_some(PROFILE);
        Key::ALL
            .into_iter()
            .filter(move |key| self.allows(*key).is_ok())
            .map(Key::name)
            .chain(top)
    }
}

/// A file and its content.
#[derive(Clone)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) exists: bool,
    role: Role,
    content: DocumentMut,
}

impl File {
    /// Reads and checks a file. One that does not exist is empty.
    pub(super) fn open(path: PathBuf, role: Role) -> Result<Self> {
        if role == Role::Credentials {
            files::check_private(&path)?;
        }
        let text = files::read(&path)?;
        let content = match &text {
            Some(text) => parse(&path, text, role)?,
            None => DocumentMut::new(),
        };
        Ok(Self {
            path,
            exists: text.is_some(),
            role,
            content,
        })
    }

    /// Writes the file if it holds anything, or is there already.
    pub(super) fn save(&mut self) -> Result<()> {
        if !self.exists && self.content.as_table().is_empty() {
            return Ok(());
        }
        files::write(
            &self.path,
            &self.content.to_string(),
            self.role == Role::Credentials,
        )?;
        self.exists = true;
        Ok(())
    }

    /// A text at the top of the file.
    pub(super) fn top(&self, name: &str) -> Option<&str> {
        self.content.get(name)?.as_str()
    }

    pub(super) fn set_top(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.content[name] = toml_edit::value(value),
            None => drop(self.content.remove(name)),
        }
    }

    /// The names of the profiles, in the order of the file.
    pub(super) fn profiles(&self) -> Vec<String> {
        let table = self.content.get(PROFILE).and_then(Item::as_table_like);
        table
            .map(|table| table.iter().map(|(name, _)| name.to_owned()).collect())
            .unwrap_or_default()
    }

    fn table(&self, profile: Option<&str>) -> Option<&dyn TableLike> {
        match profile {
            Some(profile) => self.content.get(PROFILE)?.get(profile)?.as_table_like(),
            None => Some(self.content.as_table()),
        }
    }

    /// The value of a key, as text; a list has commas between its entries.
    pub(super) fn get(&self, profile: Option<&str>, key: Key) -> Option<Secret<String>> {
        text(self.table(profile)?.get(key.name())?).map(Secret::new)
    }

    /// Sets a key of a profile.
    pub(super) fn set(&mut self, profile: &str, key: Key, value: &str) {
        let value = match key {
            Key::Scopes => Value::from(scopes(value).collect::<Array>()),
            Key::Retries => value
                .trim()
                .parse::<i64>()
                .map_or_else(|_| Value::from(value), Value::from),
            _ => Value::from(value),
        };
        let profiles = self.content.entry(PROFILE).or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        if let Some(profiles) = profiles.as_table_like_mut() {
            let table = profiles.entry(profile).or_insert_with(toml_edit::table);
            if let Some(table) = table.as_table_like_mut() {
                match table.get_mut(key.name()).and_then(Item::as_value_mut) {
                    // What is written around the old value, such as a comment behind it, stays.
                    Some(old) => {
                        let decor = old.decor().clone();
                        *old = value;
                        *old.decor_mut() = decor;
                    }
                    None => drop(table.insert(key.name(), Item::Value(value))),
                }
            }
        }
    }

    /// Removes a key of a profile; `false` if it was not there.
    pub(super) fn unset(&mut self, profile: &str, key: Key) -> bool {
        let table = self
            .content
            .get_mut(PROFILE)
            .and_then(|profiles| profiles.get_mut(profile));
        table
            .and_then(Item::as_table_like_mut)
            .is_some_and(|table| table.remove(key.name()).is_some())
    }

    /// Makes a profile's table if there is none.
    pub(super) fn has(&self, profile: &str) -> bool {
        self.table(Some(profile)).is_some()
    }

    /// Removes a profile; `false` if it was not there.
    pub(super) fn remove(&mut self, profile: &str) -> bool {
        let profiles = self
            .content
            .get_mut(PROFILE)
            .and_then(Item::as_table_like_mut);
        profiles.is_some_and(|profiles| profiles.remove(profile).is_some())
    }
}

/// The scopes in a text: commas or spaces between them.
pub(super) fn scopes(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' '])
        .map(str::trim)
        .filter(|scope| !scope.is_empty())
}

fn text(item: &Item) -> Option<String> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(number) => Some(number.value().to_string()),
        Value::Array(entries) => entries
            .iter()
            .map(Value::as_str)
            .collect::<Option<Vec<_>>>()
            .map(|texts| texts.join(",")),
        _ => None,
    }
}

/// A reader that knows lines: every complaint names file and line.
struct Check<'a> {
    path: &'a Path,
    text: &'a str,
    role: Role,
}

fn parse(path: &Path, text: &str, role: Role) -> Result<DocumentMut> {
    let document = Document::parse(text).map_err(|error| {
        // The parser's own text quotes the line, and the line may hold a secret.
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        Error::new(ErrorKind::Config, "read the file")
            .with("file", path.display())
            .with("line", line)
            .because(error.message().to_owned())
    })?;
    Check { path, text, role }.file(document.as_table())?;
    Ok(document.into_mut())
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

impl Check<'_> {
    fn error(&self, table: &dyn TableLike, name: &str, doing: &'static str) -> Error {
        let span = table
            .get_key_value(name)
            .and_then(|(key, item)| key.span().or_else(|| item.span()));
        let mut error = Error::new(ErrorKind::Config, doing).with("file", self.path.display());
        if let Some(span) = span {
            error = error.with("line", line_of(self.text, span.start));
        }
        error.with("key", name)
    }

    fn file(&self, top: &dyn TableLike) -> Result<()> {
        if self.role == Role::Project {
            return self.keys(top);
        }
        for (name, item) in top.iter() {
            match name {
                DEFAULT if self.role == Role::User && item.is_str() => {}
                PROFILE => {
                    let Some(profiles) = item.as_table_like() else {
                        return Err(self
                            .error(top, name, "read the profiles")
                            .because("it is not a table"));
                    };
                    for (name, item) in profiles.iter() {
                        let Some(profile) = item.as_table_like() else {
                            return Err(self
                                .error(profiles, name, "read the profile")
                                .because("it is not a table")
                                .hint("write a profile as [profile.NAME], with its keys below"));
                        };
                        self.keys(profile)?;
                    }
                }
                _ => return Err(self.unknown(top, name, [DEFAULT, PROFILE].into_iter())),
            }
        }
        Ok(())
    }

    fn keys(&self, table: &dyn TableLike) -> Result<()> {
        for (name, item) in table.iter() {
            if self.role == Role::Project && name == PROFILE && item.is_str() {
                continue;
            }
            let Some(key) = Key::ALL.into_iter().find(|key| key.name() == name) else {
                return Err(self.unknown(table, name, self.role.names()));
            };
            if let Err(why) = self.role.allows(key) {
                let error = self
                    .error(table, name, "use the file")
                    .because(why.unwrap_or("it does not belong here"));
                let secret = key.is_secret();
                return Err(if secret {
                    error.hint("take it out, change it if others may have seen it, and run `aep auth login`")
                } else {
                    error
                });
            }
            let Some(value) = text(item).map(Secret::new) else {
                return Err(self
                    .error(table, name, "read the value")
                    .because("it is neither a text nor a number nor a list of texts"));
            };
            let checked = key.check(value.expose());
            checked.map_err(|error| {
                self.error(table, name, "use the value")
                    .because(super::resolve::reason(&error))
            })?;
        }
        Ok(())
    }

    fn unknown(
        &self,
        table: &dyn TableLike,
        name: &str,
        known: impl Iterator<Item = &'static str>,
    ) -> Error {
        let known: Vec<_> = known.collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are {}", known.join(", ")),
        };
        self.error(table, name, "read the file")
            .because("there is no such key")
            .hint(hint)
    }
}
