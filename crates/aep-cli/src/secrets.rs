//! Parameters of connections: plain ones from flags, secret ones from a file, the environment or a question.

use aep_core::{Error, ErrorKind, Result, Secret};
use aep_flow::Auth;
use serde_json::{Map, Value};

use crate::cli::pair;
use crate::context::Context;
use crate::edits::value_of;
use crate::prompt;

/// The most that is read as a secret: a private key, not a data file.
const LONGEST: u64 = 64 * 1024;

/// Values of a form
#[derive(Debug, clap::Args)]
pub(crate) struct Params {
    /// A value of the form that is no secret; may be given more than once
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, String)>,
    /// A secret value, from a file, the environment or a question; may be given more than once
    #[arg(long, value_name = "NAME[=@FILE|=env:VARIABLE]")]
    secret: Vec<String>,
}

impl Params {
    pub(crate) fn is_empty(&self) -> bool {
        self.param.is_empty() && self.secret.is_empty()
    }

    /// All values, read from where they are.
    pub(crate) fn read(&self, ctx: &Context) -> Result<Values> {
        let mut values = Values::default();
        for (name, value) in &self.param {
            if names_secret(name) {
                return Err(Error::new(ErrorKind::Usage, "read --param")
                    .with("name", name)
                    .because("a secret on the command line is seen by other programs and kept by the shell")
                    .hint(format!(
                        "give it with `--secret {name}=@FILE`, `--secret {name}=env:VARIABLE`, or `--secret {name}` to be asked"
                    )));
            }
            values.open.push((name.clone(), value_of(value)));
        }
        for text in &self.secret {
            values.secret.push(one(text, ctx)?);
        }
        Ok(values)
    }
}

/// The values of a form, the secret ones apart.
#[derive(Debug, Default)]
pub(crate) struct Values {
    open: Vec<(String, Value)>,
    secret: Vec<(String, Secret<String>)>,
}

impl Values {
    /// Their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let open = self.open.iter().map(|(name, _)| name.as_str());
        open.chain(self.secret.iter().map(|(name, _)| name.as_str()))
    }

    /// Whether there is one of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Takes out a value, as a secret however it was given.
    pub(crate) fn secret(&mut self, name: &'static str) -> Result<Secret<String>> {
        if let Some(at) = self.secret.iter().position(|(known, _)| known == name) {
            return Ok(self.secret.swap_remove(at).1);
        }
        self.text(name).map(Secret::new).map_err(|error| {
            error.hint(format!(
                "give it with `--secret {name}=@FILE` or `--secret {name}=env:VARIABLE`"
            ))
        })
    }

    /// Takes out a value that is no secret.
    pub(crate) fn text(&mut self, name: &'static str) -> Result<String> {
        let Some(at) = self.open.iter().position(|(known, _)| known == name) else {
            return Err(Error::new(ErrorKind::Usage, "sign in to the system")
                .because(format!("{name} is missing"))
                .hint(format!("give it with `--param {name}=VALUE`")));
        };
        Ok(match self.open.swap_remove(at).1 {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// Nothing may be left: a value that nobody asked for is a mistake.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.names().next() {
            Some(name) => Err(Error::new(ErrorKind::Usage, "sign in to the system")
                .because(format!("this system asks for no {name}"))),
            None => Ok(()),
        }
    }

    /// Puts them into a form.
    pub(crate) fn fill(self, mut form: Auth) -> Auth {
        for (name, value) in self.open {
            form = form.with(name, value);
        }
        for (name, secret) in self.secret {
            form = form.with_secret(name, secret);
        }
        form
    }

    /// The values as one object, for things that have no secrets; an error if there are any.
    pub(crate) fn open(self) -> Result<Map<String, Value>> {
        if let Some((name, _)) = self.secret.first() {
            return Err(Error::new(ErrorKind::Usage, "read --secret")
                .with("name", name)
                .because("only connections hold secrets"));
        }
        Ok(self.open.into_iter().collect())
    }

    /// The secrets alone, for a document that names their places; an error if there is anything else.
    pub(crate) fn secrets(self) -> Result<Vec<(String, Secret<String>)>> {
        if let Some((name, _)) = self.open.first() {
            return Err(Error::new(ErrorKind::Usage, "read --param")
                .with("name", name)
                .because("the document has all values but the secrets"));
        }
        Ok(self.secret)
    }

    /// The values as the object of a request, secrets included: it goes into the request and nowhere else.
    pub(crate) fn body(self) -> Map<String, Value> {
        let mut body: Map<String, Value> = self.open.into_iter().collect();
        for (name, secret) in self.secret {
            body.insert(name, Value::from(secret.expose().as_str()));
        }
        body
    }
}

fn one(text: &str, ctx: &Context) -> Result<(String, Secret<String>)> {
    let (name, source) = match text.split_once('=') {
        Some((name, source)) => (name, Some(source)),
        None => (text, None),
    };
    let refused = || Error::new(ErrorKind::Usage, "read --secret").with("name", name);
    if name.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "read --secret").because("it has no name"));
    }
    let secret = match source {
        None if prompt::somebody_there() => prompt::secret(name)?,
        None => {
            return Err(refused()
                .because("there is no terminal to ask on")
                .hint(format!(
                    "`--secret {name}=@FILE` or `--secret {name}=env:VARIABLE`"
                )));
        }
        Some(source) => {
            if let Some(file) = source.strip_prefix('@') {
                from_file(name, file)?
            } else if let Some(variable) = source.strip_prefix("env:") {
                ctx.env.secret(variable).ok_or_else(|| {
                    refused()
                        .with("variable", variable)
                        .because("the variable is not set, or empty")
                })?
            } else {
                // What stands there may be the secret itself: it is not repeated.
                return Err(refused()
                    .because("what is behind the `=` is neither @FILE nor env:VARIABLE")
                    .hint("a secret itself is never given on the command line"));
            }
        }
    };
    Ok((name.to_owned(), secret))
}

fn from_file(name: &str, file: &str) -> Result<Secret<String>> {
    use std::io::Read;
    let failed = |kind| {
        Error::new(kind, "read --secret")
            .with("name", name)
            .with("file", file)
    };
    let mut text = String::new();
    std::fs::File::open(file)
        .and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
        .map_err(|error| failed(ErrorKind::Io).because(error))?;
    let secret = Secret::new(text.trim_end_matches(['\r', '\n']).to_owned());
    drop(Secret::new(text));
    if secret.expose().is_empty() || secret.expose().len() as u64 > LONGEST {
        return Err(failed(ErrorKind::Usage).because("it is empty, or longer than 64 kB"));
    }
    Ok(secret)
}

/// Whether a parameter of this name is a secret, as the published forms call them.
pub(crate) fn names_secret(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    [
        "secret",
        "password",
        "passphrase",
        "token",
        "sasuri",
        "accountkey",
        "privatekey",
        "principalkey",
        "sshkey",
        "apikey",
        "connectionstring",
    ]
    .iter()
    .any(|part| bare.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_name() {
        for name in [
            "s3SecretKey",
            "secretAccessKey",
            "servicePrincipalKey",
            "password",
            "passPhrase",
            "privateKeyContent",
            "connectionString",
            "sasUri",
            "sshKey",
        ] {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "host",
            "userName",
            "s3AccessKey",
            "accessKeyId",
            "tenant",
            "url",
            "domain",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
