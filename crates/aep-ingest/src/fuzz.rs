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
use tempfile::NamedTempFile;
use tokio_util::sync::CancellationToken;

use crate::convert::{self, Mapping};
use crate::download;
use crate::jobs;
use crate::plan::{Candidate, Limits};
use crate::shape::{self, Shaping};
use crate::source::content::Segment;
use crate::source::{Content, Identity};
use crate::streaming::entries;
use crate::upload::LargeFiles;
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

/// A mapping file, and behind a line of `---` the CSV that it is for.
pub fn mapping(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (text, rows) = text.split_once("\n---\n").unwrap_or((text, "member\n1\n"));
    let Ok(mapping) = Mapping::parse(text, "mapping.yaml") else {
        return;
    };
    let (Some(file), Ok(to)) = (written(rows.as_bytes()), tempfile::tempdir()) else {
        return;
    };
    let options = convert::Options {
        check: Options {
            csv: mapping.csv().clone(),
            max_row_bytes: 64 * 1024,
            ..Options::default()
        },
        ..convert::Options::default()
    };
    let schema = schema();
    let converted = convert::file(
        file.path(),
        Format::Csv,
        schema,
        &mapping,
        &options,
        to.path(),
        "rows",
    );
    if let Ok(converted) = converted {
        assert_eq!(
            converted.rows + converted.lost,
            converted.findings.rows,
            "each row is written, or lost and said to be"
        );
    }
}

/// A large text file that is cut where rows end, or two small ones that are packed. The first byte says which format,
/// the second how small the pieces are.
pub fn split(data: &[u8]) {
    let [format, limit, text @ ..] = data else {
        return;
    };
    let pack = format & 4 == 4;
    let format = match format & 3 {
        0 => Format::NdJson,
        1 => Format::Csv,
        _ => Format::Json,
    };
    let limits = Limits {
        single_put_bytes: u64::from(*limit),
        pack_bytes: if pack { u64::from(*limit) } else { 0 },
        ..Limits::default()
    };
    let texts = if pack {
        let (one, two) = text.split_at(text.len() / 2);
        vec![one, two]
    } else {
        vec![text]
    };
    let files: Vec<NamedTempFile> = texts.iter().filter_map(|text| written(text)).collect();
    let candidates = files.iter().filter_map(|file| {
        let identity = Identity::of(&file.as_file().metadata().ok()?);
        Some(Candidate {
            name: file.path().file_name()?.to_string_lossy().into(),
            format,
            content: Content::file(file.path(), identity),
        })
    });
    let shaping = Shaping {
        large_files: LargeFiles::Auto,
        pack,
        limits,
        spool: None,
        cancel: &CancellationToken::new(),
    };
    let Ok(shaped) = shape::shape(candidates.collect(), &shaping) else {
        return;
    };
    if pack {
        return;
    }
    let mut end = 0;
    for piece in &shaped.files {
        let Content::Assembly(assembly) = &piece.content else {
            continue;
        };
        assert!(piece.content.len() <= u64::from(*limit), "a piece fits");
        // the last one: what goes before it is the header
        let rows = assembly
            .segments()
            .iter()
            .rev()
            .find_map(|segment| match segment {
                Segment::Range { start, len, .. } => Some((*start, start + len)),
                Segment::Text(_) => None,
            });
        assert!(rows.is_some(), "a piece has rows");
        let (start, stop) = rows.unwrap_or_default();
        assert!(end <= start && start < stop, "in order, each byte once");
        if format == Format::NdJson {
            let between = usize::try_from(end).ok().zip(usize::try_from(start).ok());
            let between = between.and_then(|(from, to)| text.get(from..to));
            let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            assert!(
                between.is_some_and(|bytes| bytes.iter().all(blank)),
                "between lines is nothing but blanks"
            );
        }
        end = stop;
    }
}

/// A file with this content.
fn written(data: &[u8]) -> Option<NamedTempFile> {
    let mut file = NamedTempFile::new().ok()?;
    file.write_all(data).ok()?;
    Some(file)
}

/// Checks a file with this content.
fn check(data: &[u8], format: Format) {
    let Some(file) = written(data) else {
        return;
    };
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
        let targets: [(&str, Target); 9] = [
            ("journal", journal),
            ("content_range", content_range),
            ("multi_status", multi_status),
            ("ndjson", ndjson),
            ("json", json),
            ("csv", csv),
            ("parquet", parquet),
            ("mapping", mapping),
            ("split", split),
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
