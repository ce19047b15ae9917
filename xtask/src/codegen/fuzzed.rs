//! What the fuzz targets call, see `fuzz/`, and a test that feeds them their seeds.

use std::path::Path;

use super::load::Document;
use super::normal::normalise;
use super::{described, overlay, table};

/// A document: an error that names the file, or one that the generator can take, with all its operations.
pub(crate) fn document(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let file = Path::new("spec/a.yaml");
    let read = Document::parse("a", file, text).and_then(|document| normalise(document, None));
    match read {
        Ok(normal) => {
            if let Ok(entries) = table::entries(&normal.document.value) {
                assert!(entries.len() >= normal.operations.len());
                for entry in entries {
                    described::of(&normal.written, &entry);
                }
            }
        }
        Err(error) => assert!(error.to_string().starts_with("spec/a.yaml"), "{error}"),
    }
}

/// An overlay, and behind a line `---` the document that it is laid over: an error that names the overlay, or a document
/// that is no larger than one that may be read.
pub(crate) fn laid_over(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (actions, text) = text.split_once("\n---\n").unwrap_or((text, "paths: {}"));
    let Ok(mut document) = Document::parse("a", Path::new("spec/a.yaml"), text) else {
        return;
    };
    let file = Path::new("spec/overlays/a.yaml");
    if let Err(error) = overlay::apply_text(file, actions, &mut document.value) {
        assert!(
            error.to_string().starts_with("spec/overlays/a.yaml"),
            "{error}"
        );
    }
    let (count, depth) = super::document::size(&document.value);
    assert!(count <= super::load::NODES && depth <= super::load::DEPTH);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Every seed, and what comes of it when it is cut short or one of its bytes is wrong.
    #[test]
    fn the_targets_survive_their_seeds() {
        type Target = fn(&[u8]);
        let targets: [(&str, Target); 2] = [("openapi", document), ("overlay", laid_over)];
        let seeds = crate::workspace::root().join("fuzz/seeds");
        for (name, target) in targets {
            let mut count = 0;
            for entry in std::fs::read_dir(seeds.join(name)).unwrap() {
                let seed = std::fs::read(entry.unwrap().path()).unwrap();
                target(&seed);
                for place in (0..seed.len()).step_by(11) {
                    target(&seed[..place]);
                    let mut wrong = seed.clone();
                    wrong[place] ^= 0x11;
                    target(&wrong);
                }
                count += 1;
            }
            assert!(count > 0, "{name} has no seeds");
        }
    }
}
