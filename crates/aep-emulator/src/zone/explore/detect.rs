//! What a file is, found out from its name and first bytes.

use super::Refused;
use super::file::{FileType, Properties};
use super::unpack::{self, Compression};

/// Signs that columns are told apart by, the more usual before the less.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// 1376 when it cannot be found out.
pub(super) fn detect(key: &str, head: &[u8], limit: usize) -> Result<Properties, Refused> {
    if head.starts_with(b"PAR1") {
        return Ok(Properties {
            kind: FileType::Parquet,
            compression: None,
            delimiter: b',',
            latin1: false,
        });
    }
    let failed = |why: &str| {
        Refused::bad(
            1376,
            format!("the properties of the file could not be determined: {why}"),
        )
    };
    let (compression, bytes) = match packed(head) {
        None => (None, head.to_vec()),
        Some(kind) => {
            let bytes = unpack::unpack(kind, head, limit).map_err(|why| failed(&why))?;
            if kind == Compression::Gzip && unpack::is_tar(&bytes) {
                let inner =
                    unpack::unpack(Compression::Tar, &bytes, limit).map_err(|why| failed(&why))?;
                (Some(Compression::TarGzip), inner)
            } else {
                (Some(kind), bytes)
            }
        }
    };
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let Some(first) = first else {
        return Err(failed("it is empty"));
    };
    let is_json = matches!(first, b'{' | b'[')
        && serde_json::Deserializer::from_slice(&bytes)
            .into_iter::<serde_json::Value>()
            .next()
            .is_some_and(|first| first.map_or_else(|error| error.is_eof(), |_| true));
    let kind = if is_json {
        FileType::Json
    } else if bytes[..bytes.len().min(8192)].contains(&0) {
        return Err(failed("it is neither text nor Parquet"));
    } else {
        FileType::Delimited
    };
    Ok(Properties {
        kind,
        compression,
        delimiter: delimiter(key, &bytes),
        latin1: std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_some()),
    })
}

fn packed(head: &[u8]) -> Option<Compression> {
    if head.starts_with(&[0x1f, 0x8b]) {
        Some(Compression::Gzip)
    } else if head.starts_with(b"BZh") {
        Some(Compression::Bzip2)
    } else if head.starts_with(unpack::ZIP) {
        Some(Compression::ZipDeflate)
    } else if unpack::is_tar(head) {
        Some(Compression::Tar)
    } else {
        None
    }
}

/// The sign that is most frequent in the first line; the name decides when there is none.
fn delimiter(key: &str, bytes: &[u8]) -> u8 {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |sign: u8| line.split(|byte| *byte == sign).count() - 1;
    let most = DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|sign| count(*sign))
        .filter(|sign| count(*sign) > 0);
    most.unwrap_or(if key.contains(".tsv") { b'\t' } else { b',' })
}
