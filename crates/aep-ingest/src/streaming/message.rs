//! Whether a text can be a message.

use serde_json::value::RawValue;

use super::Refusal;

/// One JSON object, as it was written.
pub(super) fn check(text: &[u8]) -> Result<&RawValue, Refusal> {
    let raw: &RawValue = serde_json::from_slice(text)
        .map_err(|error| Refusal::ours(format!("it is not JSON: {error}")))?;
    if raw.get().starts_with('{') {
        Ok(raw)
    } else {
        Err(Refusal::ours("it is not a JSON object".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn one_object_is_a_message_and_keeps_its_spelling() {
        let text = br#" {"n": 1.50, "a":"\u00e9"} "#;
        let message = check(text).unwrap();
        assert_eq!(message.get(), r#"{"n": 1.50, "a":"\u00e9"}"#);
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "[1]",
            "\"a\"",
            "{\"a\":1} {}",
            "{\"a\":",
            "null",
            "\u{feff}{}",
        ] {
            assert!(check(text.as_bytes()).is_err(), "{text}");
        }
        assert!(check(b"{\"a\":\"\xff\"}").is_err());
    }
}
