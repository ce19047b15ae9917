//! Addresses: where an API is, and what may be part of a path.

use aep_core::{Error, ErrorKind, Result, limits};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but unreserved characters and `=`, which partition directories carry (`day=1`).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'=');

/// The address of an API on the gateway.
pub(crate) fn gateway(core: &aep_core::Client, base_path: &str) -> String {
    below(core.settings().base_url.as_str(), base_path)
}

/// The address of an API of the identity service.
pub(crate) fn identity(core: &aep_core::Client, base_path: &str) -> String {
    below(core.settings().ims_url.as_str(), base_path)
}

pub(crate) fn below(base: &str, path: &str) -> String {
    format!("{}{path}", base.trim_end_matches('/'))
}

/// A path parameter as one segment.
///
/// An empty one, `.` and `..` are refused: an address parser would let them climb out of the path.
pub(crate) fn segment(name: &'static str, value: &str) -> Result<String> {
    if value.is_empty() || value == "." || value == ".." {
        return Err(refused(
            name,
            value,
            "a part of a path is neither empty nor `.` nor `..`",
        ));
    }
    Ok(utf8_percent_encode(value, SEGMENT).to_string())
}

/// A path parameter whose slashes separate segments: the path of a file in a batch.
pub(crate) fn path(name: &'static str, value: &str) -> Result<String> {
    if value.contains('\\') || value.chars().any(char::is_control) {
        return Err(refused(
            name,
            value,
            "the path holds a backslash or a control character",
        ));
    }
    let segments: Result<Vec<_>> = value.split('/').map(|part| segment(name, part)).collect();
    Ok(segments?.join("/"))
}

/// Refuses an address that the gateway would answer with 414, query included.
pub(crate) fn short_enough(url: &str) -> Result<()> {
    let length = url.len() as u64;
    if length <= limits::URL_CHARS {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Limit, "build an address")
        .because(format!(
            "it has {length} characters, the gateway takes {}",
            limits::URL_CHARS
        ))
        .hint("shorten the path of the file, or ask for less at once"))
}

fn refused(name: &'static str, value: &str, why: &'static str) -> Error {
    let shown: String = value.chars().filter(|c| !c.is_control()).take(60).collect();
    Error::new(ErrorKind::Usage, "build an address")
        .with("parameter", name)
        .with("value", shown)
        .because(why)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    /// The segments that a server finds behind the base.
    fn arrived(encoded: &str) -> Vec<String> {
        let url = Url::parse(&format!("http://localhost/data/{encoded}?x=1")).unwrap();
        assert_eq!(url.query(), Some("x=1"));
        let decode = |part: &str| percent_decode_str(part).decode_utf8().unwrap().into_owned();
        url.path_segments().unwrap().skip(1).map(decode).collect()
    }

    /// Text with much of what addresses trip over.
    fn nasty() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[./\\\\%?#&=+ ;:@a-b]{0,4}",
            Just("..".to_owned()),
            Just("%2e%2E".to_owned()),
            Just("\u{e9}\u{1f600}".to_owned()),
            Just("\t\n".to_owned()),
        ];
        prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn an_id_arrives_as_it_was_or_is_refused(id in nasty()) {
            match segment("id", &id) {
                Ok(encoded) => prop_assert_eq!(arrived(&encoded), [id]),
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::Usage);
                    prop_assert!(["", ".", ".."].contains(&id.as_str()));
                }
            }
        }

        #[test]
        fn a_file_path_arrives_with_its_segments_or_is_refused(file in nasty()) {
            if let Ok(encoded) = path("filePath", &file) {
                let segments: Vec<_> = file.split('/').map(str::to_owned).collect();
                prop_assert_eq!(arrived(&encoded), segments);
            }
        }

        #[test]
        fn an_ordinary_file_path_is_taken(file in "[a-z]{1,5}=[0-9-]{1,5}/[a-zA-Z0-9 _+\u{e4}-]{1,9}[.]parquet") {
            prop_assert!(path("filePath", &file).is_ok());
        }
    }

    #[test]
    fn the_base_may_end_with_a_slash() {
        assert_eq!(
            below("http://localhost:1/", "/data"),
            "http://localhost:1/data"
        );
        assert_eq!(below("http://localhost:1", ""), "http://localhost:1");
    }
}
