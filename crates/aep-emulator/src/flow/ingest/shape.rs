//! What the files of a source are like, and how they are unpacked.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use serde_json::{Value, json};

use crate::flow::runs::Failure;

/// Longest first line that is looked at.
const LINE: u64 = 64 * 1024;

/// `data` of a source connection.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    /// `inputFormat` of the batches.
    pub(super) format: Value,
    packing: Packing,
}

/// `compressionType`. Archives of several files are not emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Deflate,
}

impl Shape {
    /// Reads `data`.
    pub(super) fn read(data: &Value) -> Result<Self, Failure> {
        let properties = &data["properties"];
        let name = data["format"].as_str().unwrap_or_default();
        let format = match name.to_ascii_lowercase().as_str() {
            "delimited" => {
                let mut format = json!({"format": "csv"});
                if let Some(delimiter) = properties["columnDelimiter"].as_str() {
                    format["delimiter"] = json!(delimiter);
                }
                if let Some(encoding) = properties["encoding"].as_str() {
                    format["charset"] = json!(encoding);
                }
                format
            }
            "json" => json!({"format": "json"}),
            "parquet" | "parquet_xdm" => json!({"format": "parquet"}),
            _ => {
                let what = format!("files of format {name:?} can't be read");
                return Err(Failure::copy("1327", what));
            }
        };
        let packing = match properties["compressionType"].as_str() {
            None | Some("") => Packing::None,
            Some(name) => match name.to_ascii_lowercase().as_str() {
                "none" => Packing::None,
                "gzip" => Packing::Gzip,
                "deflate" => Packing::Deflate,
                _ => {
                    let what = format!("the emulator can't unpack compressionType {name}");
                    return Err(Failure::copy("1312", what));
                }
            },
        };
        Ok(Self { format, packing })
    }

    /// Writes the unpacked bytes of a file; answers how many. Blocking.
    pub(super) fn unpack(&self, from: &Path, to: &mut File) -> io::Result<u64> {
        let source = BufReader::new(File::open(from)?);
        match self.packing {
            Packing::None => io::copy(&mut { source }, to),
            Packing::Gzip => io::copy(&mut MultiGzDecoder::new(source), to),
            Packing::Deflate => io::copy(&mut ZlibDecoder::new(source), to),
        }
    }

    /// The form of one file where it is another than the batch's: JSON files come as lines or as one array, and nothing
    /// in a source connection tells which. Blocking.
    pub(super) fn own(&self, unpacked: &Path) -> io::Result<Option<Value>> {
        if self.format["format"] != "json" {
            return Ok(None);
        }
        let mut line = Vec::new();
        let mut source = BufReader::new(File::open(unpacked)?.take(LINE));
        while line.trim_ascii().is_empty() {
            line.clear();
            if source.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
        }
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        let line = line.trim_ascii();
        let is_array = line.starts_with(b"[") || line == b"{";
        Ok(is_array.then(|| json!({"format": "json", "isMultiLineJson": true})))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::{Seek, Write};

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    #[test]
    fn formats() {
        let format = |data: &Value| Shape::read(data).map(|shape| shape.format);
        assert_eq!(
            format(
                &json!({"format": "delimited", "properties": {"columnDelimiter": ";", "encoding": "ISO-8859-1"}})
            ),
            Ok(json!({"format": "csv", "delimiter": ";", "charset": "ISO-8859-1"}))
        );
        assert_eq!(
            format(&json!({"format": "json"})),
            Ok(json!({"format": "json"}))
        );
        assert_eq!(
            format(&json!({"format": "parquet_xdm"})),
            Ok(json!({"format": "parquet"}))
        );
        assert!(format(&json!({"format": "tabular"})).is_err());
        assert!(
            format(&json!({"format": "json", "properties": {"compressionType": "tar"}})).is_err()
        );
    }

    #[test]
    fn packed_files_are_unpacked() {
        let plain = b"a,b\n1,2\n".repeat(1000);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&plain).unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(&plain).unwrap();
        for (name, bytes) in [
            ("gzip", gzip.finish().unwrap()),
            ("deflate", zlib.finish().unwrap()),
            ("none", plain.clone()),
        ] {
            let shape = json!({"format": "delimited", "properties": {"compressionType": name}});
            let shape = Shape::read(&shape).unwrap();
            let mut from = tempfile::NamedTempFile::new().unwrap();
            from.write_all(&bytes).unwrap();
            let mut to = tempfile::tempfile().unwrap();
            assert_eq!(
                shape.unpack(from.path(), &mut to).unwrap(),
                plain.len() as u64
            );
            to.rewind().unwrap();
            let mut read = Vec::new();
            to.read_to_end(&mut read).unwrap();
            assert_eq!(read, plain);
            if name == "gzip" {
                from.as_file().set_len(30).unwrap();
                assert!(shape.unpack(from.path(), &mut to).is_err());
            }
        }
    }

    #[test]
    fn arrays_are_told_from_lines() {
        let shape = Shape::read(&json!({"format": "json"})).unwrap();
        for (text, array) in [
            ("{\"a\":1}\n{\"a\":2}\n", false),
            ("[{\"a\":1}]", true),
            ("\n  [\n{}]", true),
            ("{\n\"a\": 1\n}", true),
            ("", false),
            ("nonsense", false),
        ] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            assert_eq!(shape.own(file.path()).unwrap().is_some(), array, "{text}");
        }
    }
}
