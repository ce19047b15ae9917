//! JSON that is none, alone, as a line and as an element.

use aep_ingest::validate::Format;

use super::Case;
use super::rows::rows;

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (name, bytes) in rows() {
        let around = |before: &[u8], after: &[u8]| [before, &bytes, after].concat();
        all.push(Case::bad(
            format!("{name}, a line"),
            Format::NdJson,
            around(b"{\"_id\":\"0\"}\n", b"\n{\"_id\":\"9\"}\n"),
        ));
        all.push(Case::bad(
            format!("{name}, an element"),
            Format::Json,
            around(b"[{\"_id\":\"0\"},\n", b",\n{\"_id\":\"9\"}]\n"),
        ));
    }
    let whole: [(&str, &[u8]); 16] = [
        ("an array that does not end", b"[{\"_id\":\"1\"}"),
        ("an array that ends twice", b"[{\"_id\":\"1\"}]]"),
        ("an array with a comma at the end", b"[{\"_id\":\"1\"},]"),
        ("an array that begins with a comma", b"[,{\"_id\":\"1\"}]"),
        (
            "an array without commas",
            b"[{\"_id\":\"1\"} {\"_id\":\"2\"}]",
        ),
        ("two arrays", b"[{\"_id\":\"1\"}][{\"_id\":\"2\"}]"),
        ("an array in an array", b"[[{\"_id\":\"1\"}]]"),
        (
            "an object with the rows inside",
            b"{\n\"rows\":[{\"_id\":\"1\"}]}",
        ),
        (
            "an object and another",
            b"{\n\"_id\":\"1\"}\n{\"_id\":\"2\"}",
        ),
        ("a cut element", b"[{\"_id\":\"1\"},{\"_i"),
        ("a cut text", b"[{\"_id\":\"1\"},{\"_id\":\"ab"),
        ("a lone bracket", b"["),
        ("a lone brace", b"{"),
        ("a mark of byte order only", b"\xEF\xBB\xBF"),
        (
            "two marks of byte order",
            b"\xEF\xBB\xBF\xEF\xBB\xBF[{\"_id\":\"1\"}]",
        ),
        ("blanks", b" \r\n\t "),
    ];
    for (name, bytes) in whole {
        all.push(Case::bad(name, Format::Json, bytes));
    }
    // Not wrong: carriage returns, a mark at the beginning, blank lines.
    all.push(Case::any(
        "lines of Windows",
        Format::NdJson,
        "\u{feff}{\"_id\":\"1\"}\r\n\r\n{\"_id\":\"2\"}\r\n",
    ));
    all.push(Case::any(
        "no line break at the end",
        Format::NdJson,
        "{\"_id\":\"1\"}\n{\"_id\":\"2\"}",
    ));
    all.push(Case::bad(
        "one very long line",
        Format::NdJson,
        format!(
            "{{\"_id\":\"1\"}}\n{{\"_id\":\"{}\"}}\n",
            "y".repeat(20 << 20)
        ),
    ));
    all.push(Case::bad(
        "one very long element",
        Format::Json,
        format!(
            "[{{\"_id\":\"1\"}},{{\"_id\":\"{}\"}}]",
            "y".repeat(20 << 20)
        ),
    ));
    all
}
