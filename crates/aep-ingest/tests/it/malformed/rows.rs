//! Texts that are no rows, for the unit tests too.

use std::fmt::Write as _;

/// A name for each, and its bytes.
pub(crate) fn rows() -> Vec<(&'static str, Vec<u8>)> {
    let long = "x".repeat(3 << 20);
    let deep = |open: &str, close: &str| {
        format!(
            "{{\"_id\":{}1{}}}",
            open.repeat(200_000),
            close.repeat(200_000)
        )
    };
    let mut many = String::new();
    for key in 0..20_000 {
        let _ = write!(many, "\"k{key}\":\"v\",");
    }
    let member = |rest: &str| {
        format!("{{\"_id\":\"1\",\"_local\":{{\"memberId\":\"M00000001\",{rest}}}}}").into_bytes()
    };
    vec![
        ("deep arrays", deep("[", "]").into()),
        ("deep objects", deep("{\"a\":", "}").into()),
        ("deep, never closed", "{\"_id\":".repeat(300_000).into()),
        ("opening brackets only", "[".repeat(1 << 20).into()),
        ("opening braces only", "{".repeat(1 << 20).into()),
        ("closing brackets only", "]".repeat(1000).into()),
        (
            "a long string for a number",
            format!(
                "{{\"_id\":\"1\",\"_local\":{{\"memberId\":\"M00000001\",\"points\":\"{long}\"}}}}"
            )
            .into(),
        ),
        (
            "a long string, never closed",
            format!("{{\"_id\":\"{long}").into(),
        ),
        (
            "a long line of nothing",
            format!("{{\"_id\":{}", " ".repeat(3 << 20)).into(),
        ),
        (
            "a long number, never closed",
            format!("{{\"_id\":{}", "9".repeat(3 << 20)).into(),
        ),
        ("a long key", format!("{{\"{long}\":1}}").into()),
        ("a huge exponent", member("\"points\":1e999999999999")),
        ("a tiny exponent", member("\"points\":1e-999999999999")),
        (
            "a huge number",
            member(&format!("\"points\":{}", "9".repeat(400))),
        ),
        (
            "a huge fraction",
            member(&format!("\"points\":0.{}1", "0".repeat(400))),
        ),
        ("2 to the 63", member("\"points\":9223372036854775808")),
        ("2 to the 64", member("\"points\":18446744073709551616")),
        (
            "a negative huge number",
            member("\"points\":-99999999999999999999999"),
        ),
        ("half a point", member("\"points\":0.5")),
        (
            "too many properties",
            member(&format!("\"preferences\":{{{many}\"z\":\"\"}}")),
        ),
        ("zero bytes", vec![0; 4096]),
        ("a zero byte in a string", b"{\"_id\":\"a\0\"}".to_vec()),
        ("a zero byte after the row", b"{\"_id\":\"a\"}\0".to_vec()),
        ("a zero byte before the row", b"\0{\"_id\":\"a\"}".to_vec()),
        ("not UTF-8 in a key", b"{\"_\xffid\":1}".to_vec()),
        ("not UTF-8 outside", b"{\"_id\":\"1\"}\xff".to_vec()),
        ("cut inside a character", b"{\"_id\":\"\xe6\xbc".to_vec()),
        ("overlong UTF-8", b"{\"_id\":\"\xc0\xaf\"}".to_vec()),
        (
            "surrogates in UTF-8",
            b"{\"_id\":\"\xed\xa0\x80\"}".to_vec(),
        ),
        ("beyond Unicode", b"{\"_id\":\"\xf4\x90\x80\x80\"}".to_vec()),
        ("Latin-1", b"{\"_id\":\"caf\xe9\"}".to_vec()),
        ("half a pair", br#"{"_id":"\ud800"}"#.to_vec()),
        (
            "halves the wrong way",
            br#"{"_id":"\udc00\ud800"}"#.to_vec(),
        ),
        ("an unknown escape", br#"{"_id":"\x41"}"#.to_vec()),
        ("a cut escape", br#"{"_id":"\u00"#.to_vec()),
        ("an escape of three digits", br#"{"_id":"\u00e"}"#.to_vec()),
        ("a lone backslash", br#"{"_id":"\"}"#.to_vec()),
        ("no colon", br#"{"_id" "1"}"#.to_vec()),
        ("two colons", br#"{"_id"::"1"}"#.to_vec()),
        ("no value", br#"{"_id":}"#.to_vec()),
        ("no comma", br#"{"_id":"1" "_local":{}}"#.to_vec()),
        ("two commas", br#"{"_id":"1",,"_local":null}"#.to_vec()),
        ("a trailing comma", br#"{"_id":"1",}"#.to_vec()),
        ("a leading comma", br#"{,"_id":"1"}"#.to_vec()),
        ("a comment", b"{\"_id\":\"1\"} // one".to_vec()),
        ("a comment inside", b"{/* one */\"_id\":\"1\"}".to_vec()),
        ("single quotes", b"{'_id':'1'}".to_vec()),
        ("curly quotes", "{“_id”:“1”}".as_bytes().to_vec()),
        ("no quotes", b"{_id:1}".to_vec()),
        ("NaN", b"{\"_id\":NaN}".to_vec()),
        ("infinity", b"{\"_id\":-Infinity}".to_vec()),
        ("a plus", b"{\"_id\":+1}".to_vec()),
        ("a leading zero", b"{\"_id\":01}".to_vec()),
        ("a hexadecimal number", b"{\"_id\":0x10}".to_vec()),
        ("a bare point", b"{\"_id\":.5}".to_vec()),
        ("a point at the end", b"{\"_id\":5.}".to_vec()),
        ("an exponent without digits", b"{\"_id\":1e}".to_vec()),
        ("a lone minus", b"{\"_id\":-}".to_vec()),
        ("words of another language", b"{\"_id\":True}".to_vec()),
        ("undefined", b"{\"_id\":undefined}".to_vec()),
        ("a cut word", b"{\"_id\":tru".to_vec()),
        ("the wrong bracket", b"{\"_id\":[1}".to_vec()),
        ("one bracket too many", b"{\"_id\":\"1\"}}".to_vec()),
        ("a key twice", b"{\"_id\":\"1\",\"_id\":\"2\"}".to_vec()),
        (
            "a key twice, once escaped",
            br#"{"_id":"1","\u005fid":"2"}"#.to_vec(),
        ),
        (
            "a key twice in a map",
            member(r#""preferences":{"a":"1","a":"2"}"#),
        ),
        (
            "a carriage return in a string",
            b"{\"_id\":\"a\rb\"}".to_vec(),
        ),
        ("a tab in a string", b"{\"_id\":\"a\tb\"}".to_vec()),
        ("a null row", b"null".to_vec()),
        ("a number for a row", b"12".to_vec()),
        ("a text for a row", b"\"row\"".to_vec()),
        ("nothing in the row", b"{}".to_vec()),
        (
            "an array for an object",
            br#"{"_id":"1","_local":[]}"#.to_vec(),
        ),
        ("an object for an array", member(r#""favouriteStores":{}"#)),
        ("an object for a text", br#"{"_id":{}}"#.to_vec()),
        (
            "UTF-16",
            "{\"_id\":\"1\"}"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        (
            "UTF-16 with the bytes swapped",
            "{\"_id\":\"1\"}"
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
        ),
        (
            "two rows together",
            b"{\"_id\":\"1\"}{\"_id\":\"2\"}".to_vec(),
        ),
        (
            "a stray mark of byte order",
            "{\"_id\":\"1\"}\u{feff}".as_bytes().to_vec(),
        ),
        ("HTML", b"<!DOCTYPE html><p>404".to_vec()),
        ("YAML", b"_id: 1".to_vec()),
        ("a template", b"{{ row }}".to_vec()),
    ]
}
