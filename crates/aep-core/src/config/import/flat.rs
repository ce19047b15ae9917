//! Names and values: flat JSON, `.env`, and the entries of a Postman environment.

use serde_json::{Map, Value};

use super::{Format, Imported, jwt, unrecognised};
use crate::config::Key;
use crate::{Error, ErrorKind, Result};

/// The names that are in use for a key. They are compared without case, `-` and `_`, and without a leading `AEP`.
fn key_of(name: &str) -> Option<Key> {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let bare = bare.strip_prefix("aep").unwrap_or(&bare);
    Some(match bare {
        "orgid" | "imsorg" | "imsorgid" | "gwimsorgid" | "xgwimsorgid" | "org" => Key::OrgId,
        "clientid" | "apikey" | "xapikey" => Key::ClientId,
        "secret" | "clientsecret" | "clientsecrets" => Key::ClientSecret,
        "scopes" | "scope" => Key::Scopes,
        "accesstoken" | "token" => Key::AccessToken,
        "sandboxname" | "sandbox" | "xsandboxname" => Key::Sandbox,
        "environment" => Key::Environment,
        "baseurl" => Key::BaseUrl,
        "imsurl" => Key::ImsUrl,
        "streamingurl" => Key::StreamingUrl,
        _ => return None,
    })
}

/// Whether the name belongs to the retired JWT credential.
fn is_jwt(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    matches!(
        bare.as_str(),
        "privatekey" | "pathtokey" | "metascope" | "metascopes" | "jwttoken" | "jwt"
    )
}

/// Takes what is known out of names and values.
pub(super) fn take<'a>(
    imported: &mut Imported,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    let mut old = false;
    let mut ignored = Vec::new();
    for (name, value) in pairs {
        match key_of(name) {
            Some(key) => imported.put(key, value),
            None if is_jwt(name) => old |= !value.trim().is_empty(),
            None => ignored.push(name.to_owned()),
        }
    }
    // Scopes belong to the OAuth credential; the old one had a key to sign with instead.
    if old && imported.find(Key::Scopes).is_none() {
        return Err(jwt());
    }
    if old {
        imported.notes.push(
            "the file also has a private key of the retired JWT credential: it is not needed"
                .to_owned(),
        );
    }
    if !ignored.is_empty() {
        imported
            .notes
            .push(format!("not used: {}", ignored.join(", ")));
    }
    Ok(())
}

pub(super) fn json(object: &Map<String, Value>) -> Result<Imported> {
    let aepp = object.contains_key("org_id") && object.contains_key("secret");
    let mut imported = Imported::new(if aepp { Format::Aepp } else { Format::Json });
    let pairs: Vec<(&str, String)> = object
        .iter()
        .filter_map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                // Several secrets are in rotation, and each of them works; several scopes belong together.
                Value::Array(entries) if key_of(name) == Some(Key::ClientSecret) => {
                    entries.first()?.as_str()?.to_owned()
                }
                Value::Array(entries) => entries
                    .iter()
                    .filter_map(Value::as_str)
                    .collect::<Vec<_>>()
                    .join(","),
                _ => return None,
            };
            Some((name.as_str(), text))
        })
        .collect();
    if !pairs
        .iter()
        .any(|(name, _)| key_of(name).is_some() || is_jwt(name))
    {
        return Err(unrecognised());
    }
    take(
        &mut imported,
        pairs.iter().map(|(name, text)| (*name, text.as_str())),
    )?;
    Ok(imported)
}

/// The contexts of aio: the first that has what is needed.
pub(super) fn contexts(contexts: &Map<String, Value>) -> Result<Imported> {
    let objects = || {
        contexts
            .iter()
            .filter_map(|(name, context)| Some((name, context.as_object()?)))
    };
    let has =
        |context: &Map<String, Value>, key| context.keys().any(|name| key_of(name) == Some(key));
    let usable = |context: &Map<String, Value>| {
        has(context, Key::ClientSecret) && has(context, Key::ClientId) && has(context, Key::OrgId)
    };
    let Some((name, context)) = objects()
        .find(|(_, context)| usable(context))
        .or_else(|| objects().next())
    else {
        return Err(unrecognised());
    };
    let mut imported = json(context)?;
    imported.format = Format::Aio;
    if contexts.len() > 1 {
        imported.notes.push(format!(
            "the file has {} contexts; this is `{name}`",
            contexts.len()
        ));
    }
    Ok(imported)
}

/// Lines of `NAME=value`: `export` in front, quotes around and comments behind are understood, nothing is expanded.
pub(super) fn dotenv(text: &str) -> Result<Imported> {
    let mut pairs = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let entry = line.strip_prefix("export ").unwrap_or(line).split_once('=');
        let Some((name, value)) = entry.filter(|(name, _)| is_name(name.trim())) else {
            return Err(unrecognised().with("line", number + 1));
        };
        let value = unquote(value.trim()).ok_or_else(|| {
            Error::new(ErrorKind::Config, "read the credentials")
                .with("line", number + 1)
                .because("a quotation mark is not closed")
        })?;
        pairs.push((name.trim(), value));
    }
    if !pairs
        .iter()
        .any(|(name, _)| key_of(name).is_some() || is_jwt(name))
    {
        return Err(unrecognised());
    }
    let mut imported = Imported::new(Format::DotEnv);
    take(
        &mut imported,
        pairs.iter().map(|(name, value)| (*name, value.as_str())),
    )?;
    Ok(imported)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The value without quotes and without a comment behind it.
fn unquote(value: &str) -> Option<String> {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.split_once(quote).map(|(inside, _)| inside.to_owned());
        }
    }
    Some(value.split(" #").next().unwrap_or(value).trim().to_owned())
}
