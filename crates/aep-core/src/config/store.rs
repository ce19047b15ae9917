//! The files of the user and the project, together.

use std::path::{Path, PathBuf};

use super::document::{DEFAULT, File, PROFILE, Role};
use super::import::Imported;
use super::key::nearest;
use super::{Env, Key};
use crate::{Error, ErrorKind, Result, Secret};

/// The configuration files: `config.toml` with the profiles, `credentials.toml` with their secrets, and a project's
/// `aep.toml`.
///
/// Secrets stand apart, in a file that only its owner can read; one that others can read is refused. (The operating
/// system's keyring is not used: it is missing on servers and in containers, where this is used most, and a second place
/// would make two.) Changes are made in memory and written by [`save`](Self::save); comments in the files stay.
#[derive(Clone)]
pub struct ConfigStore {
    user: File,
    credentials: File,
    project: Option<File>,
}

/// The name of a project's file.
const PROJECT: &str = "aep.toml";

impl ConfigStore {
    /// Opens the files that the environment points at. A file that does not exist is as good as an empty one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if a file cannot be read, holds a key that there is not or a value that cannot be used (file,
    /// line and key are named), if `credentials.toml` can be read by others, or if a secret stands in another file.
    pub fn open(env: &Env) -> Result<Self> {
        let project = env.current_dir().and_then(find_project);
        Self::at(&env.config_dir(), project)
    }

    /// Opens the files in this directory, and this project file.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn at(directory: &Path, project: Option<PathBuf>) -> Result<Self> {
        Ok(Self {
            user: File::open(directory.join("config.toml"), Role::User)?,
            credentials: File::open(directory.join("credentials.toml"), Role::Credentials)?,
            project: project
                .map(|path| File::open(path, Role::Project))
                .transpose()?,
        })
    }

    /// The directory of the user's files.
    pub fn directory(&self) -> &Path {
        self.user.path.parent().unwrap_or(Path::new("."))
    }

    /// The file with the profiles.
    pub fn config_file(&self) -> &Path {
        &self.user.path
    }

    /// The file with the secrets.
    pub fn credentials_file(&self) -> &Path {
        &self.credentials.path
    }

    /// The project's file, if there is one here or above.
    pub fn project_file(&self) -> Option<&Path> {
        self.project.as_ref().map(|project| project.path.as_path())
    }

    /// The names of the profiles, in the order of the file.
    pub fn profiles(&self) -> Vec<String> {
        self.user.profiles()
    }

    /// Whether there is a profile of this name.
    pub fn has(&self, profile: &str) -> bool {
        self.user.has(profile)
    }

    /// The profile that is used when none is named.
    pub fn default_profile(&self) -> Option<&str> {
        self.user.top(DEFAULT)
    }

    /// The profile that the project names.
    pub fn project_profile(&self) -> Option<&str> {
        self.project.as_ref()?.top(PROFILE)
    }

    /// Refuses the name of a profile that there is not.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`], with the nearest name or the list of names as a hint.
    pub fn require(&self, profile: &str) -> Result<()> {
        if self.has(profile) {
            return Ok(());
        }
        let names = self.profiles();
        let hint = match nearest(profile, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => {
                "make one with `aep profile import FILE` or `aep auth login`".to_owned()
            }
            None => format!("the profiles are {}", names.join(", ")),
        };
        Err(Error::new(ErrorKind::Config, "find the profile")
            .with("profile", profile)
            .because("there is no such profile")
            .hint(hint))
    }

    /// The value of a key of a profile, without the layers above it; `None` for a secret as for one that is not set.
    pub fn get(&self, profile: &str, key: Key) -> Option<String> {
        (!key.is_secret())
            .then(|| self.user.get(Some(profile), key))
            .flatten()
            .map(|value| value.expose().clone())
    }

    /// Whether a key of a profile is set, secret or not.
    pub fn is_set(&self, profile: &str, key: Key) -> bool {
        self.of_profile(profile, key).is_some()
    }

    pub(super) fn of_profile(&self, profile: &str, key: Key) -> Option<(Secret<String>, &Path)> {
        let file = if key.is_secret() {
            &self.credentials
        } else {
            &self.user
        };
        file.get(Some(profile), key)
            .map(|value| (value, file.path.as_path()))
    }

    pub(super) fn of_project(&self, key: Key) -> Option<(Secret<String>, &Path)> {
        let file = self.project.as_ref()?;
        file.get(None, key)
            .map(|value| (value, file.path.as_path()))
    }

    /// Sets a key of a profile; the profile is made if there is none. A secret goes to `credentials.toml`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] if the value or the name of the profile cannot be used.
    pub fn set(&mut self, profile: &str, key: Key, value: &str) -> Result<()> {
        check_name(profile)?;
        key.check(value)
            .map_err(|error| error.with("key", key.name()))?;
        if key.is_secret() {
            if !self.has(profile) {
                self.require(profile)?;
            }
            self.credentials.set(profile, key, value);
        } else {
            self.user.set(profile, key, value);
        }
        Ok(())
    }

    /// Removes a key of a profile; `false` if it was not set.
    pub fn unset(&mut self, profile: &str, key: Key) -> bool {
        if key.is_secret() {
            self.credentials.unset(profile, key)
        } else {
            self.user.unset(profile, key)
        }
    }

    /// Makes a profile the one that is used when none is named.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if there is no such profile.
    pub fn use_profile(&mut self, profile: &str) -> Result<()> {
        self.require(profile)?;
        self.user.set_top(DEFAULT, Some(profile));
        Ok(())
    }

    /// Removes a profile and its secrets. If it was the default, there is none then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if there is no such profile.
    pub fn remove(&mut self, profile: &str) -> Result<()> {
        self.require(profile)?;
        self.user.remove(profile);
        self.credentials.remove(profile);
        if self.default_profile() == Some(profile) {
            self.user.set_top(DEFAULT, None);
        }
        Ok(())
    }

    /// Removes the secrets of a profile; `false` if there were none.
    pub fn forget_secrets(&mut self, profile: &str) -> bool {
        self.credentials.remove(profile)
    }

    /// Makes a profile of what was imported. The first profile becomes the default.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if there is a profile of this name and `replace` is not set; [`ErrorKind::Usage`] if a
    /// value cannot be used.
    pub fn add(&mut self, profile: &str, imported: &Imported, replace: bool) -> Result<()> {
        check_name(profile)?;
        if self.has(profile) && !replace {
            return Err(Error::new(ErrorKind::Conflict, "make the profile")
                .with("profile", profile)
                .because("there is one of this name")
                .hint("choose another name, or remove the old one with `aep profile remove`"));
        }
        for (key, value) in imported.values() {
            key.check(value.expose())
                .map_err(|error| error.with("key", key.name()))?;
        }
        self.credentials.remove(profile);
        for (key, value) in imported.values() {
            let file = if key.is_secret() {
                &mut self.credentials
            } else {
                &mut self.user
            };
            file.set(profile, key, value.expose());
        }
        if self.default_profile().is_none() {
            self.user.set_top(DEFAULT, Some(profile));
        }
        Ok(())
    }

    /// Writes the user's files. The secrets come first: a profile without its secret is worse than the reverse.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if a file cannot be written; the old one is whole then.
    pub fn save(&mut self) -> Result<()> {
        self.credentials.save()?;
        self.user.save()
    }
}

/// The nearest `aep.toml`, from this directory upwards to the root of the repository.
fn find_project(from: &Path) -> Option<PathBuf> {
    for directory in from.ancestors() {
        let file = directory.join(PROJECT);
        if file.is_file() {
            return Some(file);
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    None
}

/// Refuses a name that would be awkward in a file or a shell.
fn check_name(profile: &str) -> Result<()> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !profile.is_empty() && profile.len() <= 100 && profile.bytes().all(good) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, "name the profile")
        .with("profile", profile)
        .because("a name has letters, digits, `-`, `_` and `.` only"))
}

/// Shows the files and the names of the profiles, no values.
impl std::fmt::Debug for ConfigStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigStore")
            .field("config_file", &self.user.path)
            .field("project_file", &self.project_file())
            .field("profiles", &self.profiles())
            .finish_non_exhaustive()
    }
}
