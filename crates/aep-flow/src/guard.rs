//! Nothing is written into a production sandbox by accident.

use aep_core::{Client, Error, ErrorKind, Result, SandboxName, Writes};
use serde_json::Value;

use crate::json::text;
use crate::wire::sandbox;

/// Entries asked for at once.
const PAGE: u64 = 100;

/// Fails if this client must not change anything in its sandbox: the type is production, or can't be found out, and the
/// settings do not allow it.
pub(crate) async fn look_before_write(client: &Client) -> Result<()> {
    let Some(name) = client.sandbox() else {
        return Err(Error::new(ErrorKind::Config, "write to the platform")
            .because("no sandbox is chosen")
            .hint("give `--sandbox NAME`, or `aep sandbox use NAME`"));
    };
    if client.settings().writes == Writes::Production {
        return Ok(());
    }
    let kind = kind_of(client, name).await.map_err(|error| match error.kind() {
        ErrorKind::NotFound => error,
        _ => error.hint("the type of the sandbox decides whether it may be written to; `--allow-production` does not ask"),
    })?;
    allowed(name, &kind)
}

/// The type of the sandbox, as the service writes it; empty if it does not say.
async fn kind_of(client: &Client, name: &SandboxName) -> Result<String> {
    let mut names = Vec::new();
    loop {
        let answer = sandbox::list(client, PAGE, names.len() as u64).await?;
        let listed = answer.get("sandboxes").and_then(Value::as_array);
        let page: Vec<_> = listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .collect();
        let found = page
            .iter()
            .find(|one| text(one, "name").as_deref() == Some(name.as_str()));
        if let Some(found) = found {
            return Ok(text(found, "type").unwrap_or_default());
        }
        names.extend(page.iter().map(|one| text(one, "name").unwrap_or_default()));
        let linked = answer
            .get("_links")
            .is_some_and(|links| links["next"]["href"].is_string());
        if page.is_empty() || (!linked && (page.len() as u64) < PAGE) {
            return Err(Error::new(ErrorKind::NotFound, "find the sandbox")
                .with("sandbox", name)
                .hint(format!("you may use {}", names.join(", "))));
        }
    }
}

fn allowed(name: &SandboxName, kind: &str) -> Result<()> {
    let why = match kind.to_ascii_lowercase().as_str() {
        "development" => return Ok(()),
        "production" => "the sandbox is of type production".to_owned(),
        _ => format!("the sandbox is of an unknown type, `{kind}`"),
    };
    Err(Error::new(ErrorKind::Forbidden, "write to the sandbox")
        .with("sandbox", name)
        .because(why)
        .hint("`--allow-production` allows it once, `writes = \"production\"` in the profile for good"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_a_development_sandbox_may_be_written_to() {
        let name = SandboxName::new("a").unwrap();
        assert!(allowed(&name, "Development").is_ok());
        for kind in ["production", "staging", ""] {
            assert_eq!(
                allowed(&name, kind).unwrap_err().kind(),
                ErrorKind::Forbidden
            );
        }
    }
}
