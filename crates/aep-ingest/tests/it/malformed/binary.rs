//! Files of other programs, whole and cut, under the name of each format.

use aep_ingest::validate::Format;

use super::Case;

/// `{"_id":"1"}` and a line break, as gzip.
const GZIP: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x8a, 0xcf, 0x4c, 0x51,
    0xb2, 0x52, 0x32, 0x54, 0xaa, 0xe5, 0x02, 0x00, 0x77, 0xa8, 0xb5, 0x3a, 0x0c, 0x00, 0x00, 0x00,
];

pub(super) fn cases() -> Vec<Case> {
    let kinds: [(&str, &[u8]); 22] = [
        ("gzip", GZIP),
        ("gzip, cut in its data", &GZIP[..18]),
        ("gzip, cut in its header", &GZIP[..6]),
        ("gzip, only its magic", &GZIP[..2]),
        ("ZIP", b"PK\x03\x04\x14\0\0\0\x08\0members.json"),
        (
            "an empty ZIP",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ),
        ("bzip2", b"BZh91AY&SY\x01\x02\x03\x04"),
        ("xz", b"\xFD7zXZ\0\0\x04\xe6\xd6\xb4\x46"),
        ("Zstandard", b"\x28\xB5\x2F\xFD\x04\x58\x01\0\0"),
        ("7z", b"7z\xBC\xAF\x27\x1C\0\x04"),
        ("encrypted Parquet", b"PAREabcdefghijklPARE"),
        ("Avro", b"Obj\x01\x04\x14avro.codec\x08null"),
        ("ORC", b"ORC\x01\x02\x03\x04\x05"),
        ("Arrow", b"ARROW1\0\0\xff\xff\xff\xff"),
        ("an old Excel file", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
        ("SQLite", b"SQLite format 3\0\x10\0\x01\x01"),
        ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
        ("XML", b"<?xml version='1.0'?><rows/>"),
        ("an ELF program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
        ("PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("UTF-32", b"\xFF\xFE\0\0{\0\0\0"),
        ("nothing", b""),
    ];
    let mut all = Vec::new();
    for (name, bytes) in kinds {
        for format in [Format::NdJson, Format::Csv, Format::Parquet] {
            all.push(Case::bad(format!("{name} as {format}"), format, bytes));
        }
    }
    all
}
