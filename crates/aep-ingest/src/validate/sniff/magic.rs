//! First and last bytes.

/// What a file is instead of a format that batches take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foreign {
    pub(super) what: &'static str,
    pub(super) hint: &'static str,
}

const UNPACK: &str = "batches take files as they are: unpack it first";
const CONVERT: &str = "batches take Parquet, JSON and CSV: convert it first";
const ENCODE: &str = "batches take text in UTF-8: convert it first";

/// Known beginnings of other formats, the longer before the shorter.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (&[0x1F, 0x8B], "compressed with gzip", UNPACK),
    (
        b"PK\x03\x04",
        "a ZIP archive (or an Office document)",
        UNPACK,
    ),
    (b"PK\x05\x06", "an empty ZIP archive", UNPACK),
    (b"BZh", "compressed with bzip2", UNPACK),
    (
        &[0xFD, b'7', b'z', b'X', b'Z', 0],
        "compressed with xz",
        UNPACK,
    ),
    (
        &[0x28, 0xB5, 0x2F, 0xFD],
        "compressed with Zstandard",
        UNPACK,
    ),
    (&[0x04, 0x22, 0x4D, 0x18], "compressed with LZ4", UNPACK),
    (
        &[0xFF, 0x06, 0x00, 0x00, b's', b'N', b'a', b'P', b'p', b'Y'],
        "compressed with Snappy",
        UNPACK,
    ),
    (
        &[b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C],
        "a 7z archive",
        UNPACK,
    ),
    (b"Rar!\x1A\x07", "a RAR archive", UNPACK),
    (
        b"PARE",
        "a Parquet file with an encrypted footer",
        "batches take Parquet without encryption",
    ),
    (b"Obj\x01", "an Avro file", CONVERT),
    (b"ORC", "an ORC file", CONVERT),
    (b"ARROW1", "an Arrow file", CONVERT),
    (&[0xD0, 0xCF, 0x11, 0xE0], "an old Office document", CONVERT),
    (b"SQLite format 3\0", "an SQLite database", CONVERT),
    (b"%PDF", "a PDF", CONVERT),
    (&[0x89, b'P', b'N', b'G'], "a PNG image", CONVERT),
    (&[0xFF, 0xD8, 0xFF], "a JPEG image", CONVERT),
    (b"\x7FELF", "a program", CONVERT),
    (b"<?xml", "XML", CONVERT),
    (b"<!DOCTYPE", "HTML", CONVERT),
    (b"<html", "HTML", CONVERT),
    (&[0x00, 0x00, 0xFE, 0xFF], "text in UTF-32", ENCODE),
    (&[0xFF, 0xFE, 0x00, 0x00], "text in UTF-32", ENCODE),
    (&[0xFF, 0xFE], "text in UTF-16", ENCODE),
    (&[0xFE, 0xFF], "text in UTF-16", ENCODE),
];

/// The format that a beginning gives away, if it is none of ours.
pub(super) fn foreign(head: &[u8]) -> Option<Foreign> {
    let known = MAGIC.iter().find(|(magic, _, _)| head.starts_with(magic));
    if let Some((magic, what, hint)) = known {
        // `ORC` and `BZh` could begin a header of CSV; then text goes on.
        let text = magic.iter().all(u8::is_ascii_graphic)
            && magic.len() == 3
            && head
                .iter()
                .take(64)
                .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        return (!text).then_some(Foreign { what, hint });
    }
    // UTF-16 without a mark: every other byte of ASCII is zero.
    match head {
        [
            0,
            b'{' | b'[' | b'"' | b'_' | b'a'..=b'z' | b'A'..=b'Z',
            0,
            ..,
        ]
        | [
            b'{' | b'[' | b'"' | b'_' | b'a'..=b'z' | b'A'..=b'Z',
            0,
            _,
            0,
            ..,
        ] => Some(Foreign {
            what: "text in UTF-16",
            hint: ENCODE,
        }),
        _ => None,
    }
}

/// The bytes at both ends of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

pub(super) fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(PARQUET)
}

/// Checks the last eight bytes of a Parquet file of `size` bytes: length of the footer, and magic.
pub(super) fn tail(tail: [u8; 8], size: u64) -> Result<(), String> {
    let [a, b, c, d, magic @ ..] = tail;
    if magic != *PARQUET {
        return Err(format!(
            "it begins as Parquet and doesn't end so: expected `PAR1` as its last bytes, found `{}`",
            magic.escape_ascii()
        ));
    }
    let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
    if footer + 12 > size {
        return Err(format!(
            "its footer would have {footer} bytes, and the whole file has {size}"
        ));
    }
    Ok(())
}
