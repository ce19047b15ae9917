//! From a document as it was read to one that the generator takes.

use std::collections::BTreeSet;
use std::path::Path;

use super::document::operations;
use super::load::Document;
use super::{check, overlay, passes};
use crate::error::{Error, Result};

/// A document that the generator takes, and how it came to be.
pub(crate) struct Normal {
    pub(crate) document: Document,
    /// The document before the passes.
    pub(crate) written: serde_json::Value,
    /// Method and path of every operation that the document had before any pass.
    pub(crate) operations: BTreeSet<(String, String)>,
    /// How many actions its overlay has.
    overlay: usize,
    forms: passes::Counts,
    pub(crate) done: passes::Done,
}

impl Normal {
    /// What is kept of it in the lock.
    pub(crate) fn counts(&self) -> passes::Counts {
        let mut counts = vec![
            ("operations", self.operations.len()),
            ("overlay", self.overlay),
        ];
        counts.extend(&self.forms);
        counts.extend(&self.done.counts);
        counts.push(("json", self.done.json.len()));
        counts
    }
}

/// A document in the form of OpenAPI 3.0, checked.
pub(crate) struct Formed {
    pub(crate) document: Document,
    forms: passes::Counts,
    overlay: usize,
}

/// Brings a document to 3.0, lays its overlay over it and checks it.
pub(crate) fn formed(mut document: Document, overlays: Option<&Path>) -> Result<Formed> {
    let forms = passes::run_forms(&mut document.value);
    let overlay = match overlays {
        Some(folder) => overlay::apply(folder, &document.api, &mut document.value)?,
        None => 0,
    };
    check::check(&document)?;
    Ok(Formed {
        document,
        forms,
        overlay,
    })
}

/// Brings a document to 3.0, lays its overlay over it, checks it and runs the passes.
pub(crate) fn normalise(document: Document, overlays: Option<&Path>) -> Result<Normal> {
    let operations = signatures(&document.value);
    let Formed {
        mut document,
        forms,
        overlay,
    } = formed(document, overlays)?;
    let written = document.value.clone();
    let done = passes::run_all(&mut document.value);
    let kept = signatures(&document.value);
    if let Some((method, path)) = operations.difference(&kept).next() {
        let file = document.file.display();
        return Err(Error::new(format!(
            "{file}: {method} {path} was lost on the way"
        )));
    }
    Ok(Normal {
        document,
        written,
        operations,
        overlay,
        forms,
        done,
    })
}

/// Method and path of every operation, faces of one operation taken together.
fn signatures(document: &serde_json::Value) -> BTreeSet<(String, String)> {
    operations(document)
        .iter()
        .map(|operation| {
            let path = operation.path.split('#').next().unwrap_or_default();
            (operation.method.to_uppercase(), path.to_owned())
        })
        .collect()
}
