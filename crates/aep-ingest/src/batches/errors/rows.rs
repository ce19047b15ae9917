//! The refused rows without what the platform has added to them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value, json};

/// A longer line is no row: the platform's rows are smaller.
const LINE: u64 = 64 << 20;

/// Writes the rows of these diagnostics to `target`, and their reasons beside it. Nothing is written when there are none.
/// Blocks.
pub(super) fn take(
    diagnostics: &[PathBuf],
    target: &Path,
    overwrite: bool,
) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
    let reasons = {
        let mut name = target.as_os_str().to_owned();
        name.push(".reasons.ndjson");
        PathBuf::from(name)
    };
    let mut out: Option<Outs> = None;
    for path in diagnostics {
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, "read diagnostics")
                .with("file", path.display())
                .because(error)
        };
        let mut lines = BufReader::new(File::open(path).map_err(failed)?);
        let mut line = Vec::new();
        loop {
            line.clear();
            if lines
                .by_ref()
                .take(LINE)
                .read_until(b'\n', &mut line)
                .map_err(failed)?
                == 0
            {
                break;
            }
            // Uploads that failed as a whole lie among the diagnostics, in any format.
            let Some(refused) = Refused::read(&line) else {
                continue;
            };
            let outs = match &mut out {
                Some(outs) => outs,
                none => none.insert(Outs::new(target, &reasons, overwrite)?),
            };
            outs.write(&refused)
                .map_err(|error| unwritable(target, error))?;
        }
    }
    let Some(outs) = out else {
        return Ok((None, None));
    };
    outs.finish().map_err(|error| unwritable(target, error))?;
    Ok((Some(target.to_owned()), Some(reasons)))
}

fn unwritable(target: &Path, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::AlreadyExists => ErrorKind::Conflict,
        _ => ErrorKind::Io,
    };
    Error::new(kind, "write the refused rows")
        .with("file", target.display())
        .because(error)
}

struct Outs {
    rows: BufWriter<File>,
    reasons: BufWriter<File>,
    count: u64,
}

impl Outs {
    fn new(target: &Path, reasons: &Path, overwrite: bool) -> Result<Self> {
        let create = |path: &Path| {
            let mut options = File::options();
            options.write(true);
            if overwrite {
                options.create(true).truncate(true);
            } else {
                options.create_new(true);
            }
            options
                .open(path)
                .map(BufWriter::new)
                .map_err(|error| unwritable(path, error))
        };
        Ok(Self {
            rows: create(target)?,
            reasons: create(reasons)?,
            count: 0,
        })
    }

    fn write(&mut self, refused: &Refused) -> io::Result<()> {
        self.count += 1;
        self.rows.write_all(refused.row.as_bytes())?;
        self.rows.write_all(b"\n")?;
        for reason in &refused.reasons {
            let mut line = json!({"rejects": "rows.ndjson", "rejectsRow": self.count});
            if let (Some(line), Value::Object(reason)) = (line.as_object_mut(), reason) {
                if let Some(file) = &refused.file {
                    line.insert("file".to_owned(), file.clone());
                }
                line.extend(reason.clone());
            }
            writeln!(self.reasons, "{line}")?;
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.rows.flush()?;
        self.reasons.flush()
    }
}

/// A row as it was sent, and what the platform says about it.
struct Refused {
    row: String,
    file: Option<Value>,
    reasons: Vec<Value>,
}

impl Refused {
    fn read(line: &[u8]) -> Option<Self> {
        let mut row: Map<String, Value> = serde_json::from_slice(line).ok()?;
        let mut reasons = Vec::new();
        let mut ours = false;
        for key in ["_errors", "_validationErrors"] {
            if let Some(Value::Array(list)) = row.shift_remove(key) {
                ours = true;
                reasons.extend(list);
            }
        }
        if !ours {
            return None;
        }
        let file = row.shift_remove("_filename");
        let row = match row.get("_corrupt_record") {
            // It can't be read, so it is given back as the text that it was.
            Some(Value::String(text)) => text.replace(['\n', '\r'], " "),
            _ => Value::Object(row).to_string(),
        };
        Some(Self { row, file, reasons })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let first = folder.path().join("conversion_errors_0.json");
        let rows = [
            json!({"_id": "1", "n": "x", "_errors": [{"column": "n", "code": "100", "message": "no"}], "_filename": "a.json"}),
            json!({"_corrupt_record": "{broken", "_errors": [{"code": "1401", "message": "bad"}], "_filename": "a.json"}),
            json!({"_id": "2", "_validationErrors": [{"keyword": "enum", "message": "not listed"}, {"keyword": "format"}]}),
            json!({"_id": "a row of an upload that failed"}),
        ];
        let text: Vec<String> = rows.iter().map(Value::to_string).collect();
        std::fs::write(&first, text.join("\n")).unwrap();
        let second = folder.path().join("upload.parquet");
        std::fs::write(&second, b"PAR1\xff\n").unwrap();
        let target = folder.path().join("rows.ndjson");
        let (rows, reasons) = take(&[first.clone(), second], &target, false).unwrap();
        assert_eq!(
            std::fs::read_to_string(rows.unwrap()).unwrap(),
            "{\"_id\":\"1\",\"n\":\"x\"}\n{broken\n{\"_id\":\"2\"}\n"
        );
        let reasons = std::fs::read_to_string(reasons.unwrap()).unwrap();
        let reasons: Vec<Value> = reasons
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(reasons.len(), 4);
        assert_eq!(
            reasons[0],
            json!({"rejects": "rows.ndjson", "rejectsRow": 1, "file": "a.json", "column": "n", "code": "100", "message": "no"})
        );
        assert_eq!(reasons[3]["rejectsRow"], 3);
        let again = take(&[first], &target, false).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Conflict);
    }
}
