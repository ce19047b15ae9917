//! What the fuzz targets call, see `fuzz/`: parsers of what others write, most of which are not public. Only there for the
//! targets, and for a test that feeds them their seeds.
#![allow(
    clippy::missing_panics_doc,
    reason = "a panic is what the fuzzer looks for"
)]

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::download;
use crate::jobs;
use crate::streaming::entries;
use crate::validate::{self, Format, Options};
use crate::wire::ranges;
use crate::xdm::Schema;

/// `Content-Range` of an answer, and the `Range` that says what the server has of a large file.
pub fn content_range(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = download::parse(text);
    if let Some(spans) = ranges::parse(text) {
        assert!(spans.iter().all(|(first, last)| first <= last));
        let apart = |pair: &[ranges::Span]| pair[0].1 < pair[1].0 - 1;
        assert!(spans.windows(2).all(apart), "in order, and apart");
    }
}

/// The journal of a run, as a crash or another program may have left it.
pub fn journal(data: &[u8]) {
    if let Ok((state, whole)) = jobs::read(data, Path::new("journal")) {
        assert!(whole <= data.len() as u64);
        assert_eq!(state.plan.batches.len(), state.batches.len());
        for batch in 0..state.batches.len() {
            let (files, _) = state.sent(batch);
            assert!(files <= state.plan.batches[batch].files.len() as u64);
        }
    }
}

/// The answer of an inlet: no message is taken for accepted that has no good entry of its own.
pub fn multi_status(data: &[u8]) {
    let Ok(answer) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let listed = answer["responses"].as_array().map_or(0, Vec::len);
    for messages in [0, 1, 3] {
        let entries = entries(&answer, messages);
        assert_eq!(entries.len(), messages);
        let confirmed = entries.iter().filter(|entry| entry.is_accepted()).count();
        assert!(confirmed <= listed);
    }
}

/// JSON Lines.
pub fn ndjson(data: &[u8]) {
    check(data, Format::NdJson);
}

/// A JSON array.
pub fn json(data: &[u8]) {
    check(data, Format::Json);
}

/// CSV.
pub fn csv(data: &[u8]) {
    check(data, Format::Csv);
}

/// Parquet.
pub fn parquet(data: &[u8]) {
    check(data, Format::Parquet);
}

/// Checks a file with this content.
fn check(data: &[u8], format: Format) {
    let Ok(mut file) = tempfile::NamedTempFile::new() else {
        return;
    };
    if file.write_all(data).is_err() {
        return;
    }
    let options = Options {
        max_row_bytes: 64 * 1024,
        ..Options::default()
    };
    if let Ok(findings) = validate::file(file.path(), format, schema(), &options) {
        assert!(findings.failed_rows <= findings.rows.max(1));
        assert!(findings.findings.len() < 10_000);
    }
    let _ = validate::sniff(file.path());
}

/// A schema with a field of each kind.
fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let text = |more: Value| {
            let mut text = json!({"type": "string", "meta:xdmType": "string"});
            if let (Some(text), Value::Object(more)) = (text.as_object_mut(), more) {
                text.extend(more);
            }
            text
        };
        let document = json!({
            "$id": "https://ns.adobe.com/fuzz/schemas/1", "title": "fuzz", "type": "object", "version": "1.0",
            "required": ["_id"],
            "properties": {
                "_id": text(json!({"maxLength": 20})),
                "timestamp": text(json!({"format": "date-time", "meta:xdmType": "date-time"})),
                "person": {"type": "object", "meta:xdmType": "object", "properties": {
                    "name": {"type": "object", "meta:xdmType": "object", "properties": {"firstName": text(json!({}))}},
                    "birthDate": text(json!({"format": "date", "meta:xdmType": "date"})),
                }},
                "_local": {"type": "object", "meta:xdmType": "object", "required": ["memberId"], "properties": {
                    "memberId": text(json!({"pattern": "^M[0-9]{8}$"})),
                    "tier": text(json!({"enum": ["gold", "silver"]})),
                    "points": {"type": "integer", "meta:xdmType": "int", "minimum": 0, "maximum": 1_000_000},
                    "total": {"type": "integer", "meta:xdmType": "long"},
                    "ratio": {"type": "number", "meta:xdmType": "number"},
                    "active": {"type": "boolean", "meta:xdmType": "boolean"},
                    "stores": {"type": "array", "meta:xdmType": "array", "items": text(json!({}))},
                    "byName": {"type": "object", "meta:xdmType": "map", "additionalProperties": {"type": "integer", "meta:xdmType": "int"}},
                }},
            },
        });
        Schema::compile(&document).unwrap_or_else(|error| unreachable!("{}", error.report()))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Every seed, and what comes of it when it is cut short or one of its bytes is wrong.
    #[test]
    fn the_targets_survive_their_seeds() {
        type Target = fn(&[u8]);
        let targets: [(&str, Target); 7] = [
            ("journal", journal),
            ("content_range", content_range),
            ("multi_status", multi_status),
            ("ndjson", ndjson),
            ("json", json),
            ("csv", csv),
            ("parquet", parquet),
        ];
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
        for (name, target) in targets {
            let mut count = 0;
            for entry in std::fs::read_dir(seeds.join(name)).unwrap() {
                let seed = std::fs::read(entry.unwrap().path()).unwrap();
                target(&seed);
                for place in (0..seed.len()).step_by(7) {
                    target(&seed[..place]);
                    let mut wrong = seed.clone();
                    wrong[place] ^= 0x41;
                    target(&wrong);
                }
                count += 1;
            }
            assert!(count > 0, "{name} has no seeds");
        }
    }
}
