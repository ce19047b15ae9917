//! Questions to the person at the terminal. Secrets are typed unseen, or come from standard input; never from a flag.

use std::io::{self, BufRead, IsTerminal, Read};

use aep_core::{Error, ErrorKind, Result, Secret};

use crate::output::Messages;

/// The most that is read as a secret.
const LONGEST_SECRET: u64 = 64 * 1024;

/// Whether somebody is there to answer.
pub(crate) fn somebody_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A secret, asked for on a terminal, else read from standard input.
pub(crate) fn secret(what: &str) -> Result<Secret<String>> {
    let failed =
        |error: io::Error| Error::new(ErrorKind::Io, format!("read the {what}")).because(error);
    let text = if io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{what}: ")).map_err(failed)?
    } else {
        let mut text = String::new();
        io::stdin()
            .lock()
            .take(LONGEST_SECRET)
            .read_to_string(&mut text)
            .map_err(failed)?;
        text
    };
    let secret = Secret::new(text.trim().to_owned());
    if secret.expose().is_empty() {
        return Err(Error::new(ErrorKind::Usage, format!("read the {what}"))
            .because("it is empty")
            .hint("type it at the question, or give it on standard input"));
    }
    Ok(secret)
}

/// A line, or the suggestion if the answer is empty.
pub(crate) fn line(what: &str, suggestion: Option<&str>) -> Result<Option<String>> {
    match suggestion {
        Some(suggestion) => Messages::ask(&format!("{what} [{suggestion}]: ")),
        None => Messages::ask(&format!("{what}: ")),
    }
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Error::new(ErrorKind::Io, "read the answer").because(error))?;
    let answer = answer.trim();
    if answer.is_empty() {
        return Ok(suggestion.map(str::to_owned));
    }
    Ok(Some(answer.to_owned()))
}
