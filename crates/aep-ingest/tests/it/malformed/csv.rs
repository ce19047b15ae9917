//! CSV that is none.

use aep_ingest::validate::Format;

use super::Case;

pub(super) fn cases() -> Vec<Case> {
    let columns = |count: usize| vec!["a"; count].join(",");
    let bad: Vec<(&str, Vec<u8>)> = vec![
        ("a quote that never closes", b"_id\n\"1\n2\n3\n".to_vec()),
        (
            "a quote that never closes, late",
            format!("_id\n{}\"1\n2\n", "1\n".repeat(100_000)).into(),
        ),
        ("text behind a quote", b"_id\n\"1\"2\n".to_vec()),
        ("a blank behind a quote", b"_id\n\"1\" \n".to_vec()),
        ("too few fields", b"_id,_local.memberId\n1\n".to_vec()),
        ("too many fields", b"_id\n1,2\n".to_vec()),
        (
            "ragged rows",
            b"_id,_local.memberId\n1,M00000001\n2\n3,M00000003,x\n\n4,M00000004\n".to_vec(),
        ),
        ("no header", b"\n1,2\n".to_vec()),
        ("a header of commas", b",,,\n1,2,3,4\n".to_vec()),
        (
            "a header with a gap",
            b"_id,,_local.memberId\n1,2,M00000003\n".to_vec(),
        ),
        ("a header of blanks", b"   \n1\n".to_vec()),
        ("a column twice", b"_id,_id\n1,2\n".to_vec()),
        ("a column that is an object", b"_id,_local\n1,2\n".to_vec()),
        ("a column inside a text", b"_id.x\n1\n".to_vec()),
        (
            "a column that is not there",
            b"_id,surprise\n1,2\n".to_vec(),
        ),
        ("a path of dots", b"_id,....\n1,2\n".to_vec()),
        ("too many columns", (columns(20_000) + "\n1\n").into_bytes()),
        (
            "a header without rows that lacks a required column",
            b"person.birthDate\n2020-01-01\n".to_vec(),
        ),
        (
            "a long field",
            format!("_id,_local.tier\n1,{}\n", "x".repeat(3 << 20)).into_bytes(),
        ),
        (
            "a long quoted field",
            format!("_id,_local.tier\n1,\"{}\"\n", "x\n".repeat(2 << 20)).into_bytes(),
        ),
        (
            "a very long record",
            format!(
                "_id,_local.tier\n1,\"{}\"\n2,gold\n",
                "z\n".repeat(10 << 20)
            )
            .into_bytes(),
        ),
        ("a zero byte", b"_id\na\0b\n".to_vec()),
        ("a zero byte in the header", b"_i\0d\nab\n".to_vec()),
        ("not UTF-8", b"_id\na\xffb\n".to_vec()),
        ("Latin-1", b"_id\ncaf\xe9\n".to_vec()),
        ("not UTF-8 in the header", b"_i\xffd\nab\n".to_vec()),
        ("semicolons", b"_id;_local.memberId\n1;M00000001\n".to_vec()),
        ("tabs", b"_id\t_local.memberId\n1\tM00000001\n".to_vec()),
        ("bars", b"_id|_local.memberId\n1|M00000001\n".to_vec()),
        (
            "line breaks of old Macs",
            b"_id,_local.memberId\r1,M00000001\r".to_vec(),
        ),
        (
            "UTF-16",
            "_id\n1\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        (
            "UTF-16 with a mark",
            "\u{feff}_id\n1\n"
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
        ),
        ("a lone quote", b"_id\n\"".to_vec()),
        ("a lone quote and an escape", b"_id\n\"\\".to_vec()),
        ("a header in quotes, never closed", b"\"_id\n1\n".to_vec()),
        ("a separator line of Excel", b"sep=;\n_id;x\n1;2\n".to_vec()),
        (
            "a date of another country",
            b"_id,person.birthDate\n1,31.12.1999\n".to_vec(),
        ),
        (
            "a number with a comma",
            b"_id,_local.memberId,_local.points\n1,M00000001,\"1,5\"\n".to_vec(),
        ),
        (
            "a formula",
            b"_id,_local.memberId,_local.points\n1,M00000001,=1+1\n".to_vec(),
        ),
        (
            "JSON below a header",
            b"_id\n{\"_id\":\"1\",\"x\":2}\n".to_vec(),
        ),
        (
            "a boolean for a number",
            b"_id,_local.memberId,_local.points\n1,M00000001,true\n".to_vec(),
        ),
    ];
    let mut all: Vec<Case> = bad
        .into_iter()
        .map(|(name, bytes)| Case::bad(name, Format::Csv, bytes))
        .collect();
    for (name, text) in [
        ("a mark of byte order", "\u{feff}_id\n1\n"),
        ("lines of Windows", "_id,_local.memberId\r\n1,M00000001\r\n"),
        ("only a header", "_id,_local.memberId"),
        ("blank lines", "_id\n\n1\n\n\n2\n"),
        ("escapes and doubled quotes", "_id\n\"a\"\"b\\\"c\"\n"),
    ] {
        all.push(Case::any(name, Format::Csv, text));
    }
    all
}
