//! The JSON of a project of the Developer Console.

use serde_json::Value;

use super::{Format, Imported, jwt, unrecognised};
use crate::Result;
use crate::config::Key;

pub(super) fn read(project: &Value) -> Result<Imported> {
    let text = |pointer: &str| {
        project
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let credentials = project
        .pointer("/workspace/details/credentials")
        .and_then(Value::as_array)
        .ok_or_else(unrecognised)?;
    let usable: Vec<_> = credentials
        .iter()
        .filter_map(|credential| Some((credential, credential.get("oauth_server_to_server")?)))
        .collect();
    let Some((credential, oauth)) = usable.first() else {
        let old = credentials
            .iter()
            .any(|credential| credential.get("jwt").is_some());
        return Err(if old {
            jwt()
        } else {
            unrecognised()
                .because("the project has no OAuth Server-to-Server credential")
                .hint(
                    "add one to the project in the Developer Console, then download its JSON again",
                )
        });
    };
    let mut imported = Imported::new(Format::DeveloperConsole);
    imported.put(Key::OrgId, text("/org/ims_org_id"));
    imported.put(
        Key::ClientId,
        oauth
            .get("client_id")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    );
    let secrets = oauth.get("client_secrets").and_then(Value::as_array);
    imported.put(
        Key::ClientSecret,
        secrets
            .and_then(|list| list.first())
            .and_then(Value::as_str)
            .unwrap_or_default(),
    );
    let scopes = oauth.get("scopes").and_then(Value::as_array);
    let scopes: Vec<&str> = scopes
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    imported.put(Key::Scopes, &scopes.join(","));
    imported.name = name(&[text("/name"), text("/workspace/name")]);
    if usable.len() > 1 {
        let taken = credential
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or("the first");
        imported.notes.push(format!(
            "the project has {} OAuth credentials; this is `{taken}`",
            usable.len()
        ));
    }
    imported
        .notes
        .push("the file names no sandbox: choose one with `aep sandbox use NAME`".to_owned());
    Ok(imported)
}

/// A name for the profile out of these.
pub(super) fn name(parts: &[&str]) -> Option<String> {
    let mut out = String::new();
    for part in parts {
        let clean: String = part
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        for word in clean.split('-').filter(|word| !word.is_empty()) {
            if !out.is_empty() {
                out.push('-');
            }
            out.push_str(word);
        }
    }
    out.truncate(60);
    (!out.is_empty()).then_some(out)
}
