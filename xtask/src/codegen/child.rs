//! The generator proper: progenitor, in a process of its own.
//!
//! progenitor and typify panic on what they do not know, and a schema that refers to itself overflows
//! the stack, which no `catch_unwind` catches. So the document comes in on standard input, the code goes
//! out on standard output, and whatever happens in between happens to this process only.

use std::io::{Read, Write};

use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use serde_json::json;

use crate::error::{Context, Result};

/// Reads a normalised document from standard input and writes the client's source to standard output.
pub(crate) fn run() -> Result<()> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .doing(|| "could not read the document")?;
    let source = source(&text)?;
    std::io::stdout()
        .write_all(source.as_bytes())
        .doing(|| "could not write the code")
}

/// The source of the client for the document in `text`, one long line.
pub(super) fn source(text: &str) -> Result<String> {
    let document: openapiv3::OpenAPI =
        serde_json::from_str(text).doing(|| "not an OpenAPI 3.0 document")?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::bridge::Bridge))
        .with_map_type("crate::Keyed");
    let secret = json!({"type": "string", "format": "password"});
    let secret = serde_json::from_value(secret).doing(|| "the schema of a secret")?;
    settings.with_conversion(secret, "crate::SecretText", std::iter::empty());
    let tokens = Generator::new(&settings)
        .generate_tokens(&document)
        .doing(|| "progenitor refused the document")?;
    Ok(tokens.to_string())
}
