//! Nothing is written into a production sandbox by accident.

use aep_core::{Error, ErrorKind, Result, Writes};

use super::{Sandbox, SandboxKind, Sandboxes};

impl Sandboxes {
    /// Fails if this client must not change anything in its sandbox: the type is production, or can't be found out, and
    /// the settings do not allow it. Everything in this crate that writes asks here first; the answer is kept.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] without a sandbox, [`ErrorKind::Forbidden`] if it must not be written to.
    pub async fn guard_writes(&self) -> Result<()> {
        self.ingest.guard().await
    }

    pub(crate) async fn look_before_write(&self) -> Result<()> {
        let client = self.ingest.client();
        let Some(name) = client.sandbox() else {
            return Err(Error::new(ErrorKind::Config, "write to the platform")
                .because("no sandbox is chosen")
                .hint("give `--sandbox NAME`, or `aep sandbox use NAME`"));
        };
        if client.settings().writes == Writes::Production {
            return Ok(());
        }
        let sandbox = self.get(name).await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => error,
            _ => error.hint(
                "the type of the sandbox decides whether it may be written to; `--allow-production` does not ask",
            ),
        })?;
        allowed(&sandbox)
    }
}

fn allowed(sandbox: &Sandbox) -> Result<()> {
    let why = match &sandbox.kind {
        SandboxKind::Development => return Ok(()),
        SandboxKind::Production => "the sandbox is of type production".to_owned(),
        SandboxKind::Unknown(kind) => format!("the sandbox is of an unknown type, `{kind}`"),
    };
    Err(Error::new(ErrorKind::Forbidden, "write to the sandbox")
        .with("sandbox", &sandbox.name)
        .because(why)
        .hint("`--allow-production` allows it once, `writes = \"production\"` in the profile for good"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    fn of_type(kind: &Value) -> Sandbox {
        let Value::Object(raw) = json!({"name": "a", "type": kind}) else {
            panic!("an object")
        };
        Sandbox::read(raw).unwrap()
    }

    #[test]
    fn only_a_development_sandbox_may_be_written_to() {
        assert!(allowed(&of_type(&json!("development"))).is_ok());
        for kind in [
            json!("production"),
            json!("staging"),
            json!(null),
            json!(""),
        ] {
            assert_eq!(
                allowed(&of_type(&kind)).unwrap_err().kind(),
                ErrorKind::Forbidden
            );
        }
    }
}
