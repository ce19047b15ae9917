//! Where the next page of a list begins.

use aep_core::{Cursor, Error, ErrorKind, Result};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use crate::json::{Object, at};

/// The continuation token in the link to the next page, decoded; none on the last page.
///
/// The link is relative, to a base that is not always the right one, so only its parameter is used. It is decoded as an
/// address and not as a form: tokens hold `+`, which a form would turn into a space.
pub(crate) fn next(answer: &Object) -> Result<Option<Cursor>> {
    let href = match at(answer, &["_links", "next"]) {
        Some(Value::String(href)) => href.as_str(),
        Some(link) => link["href"].as_str().unwrap_or_default(),
        None => return Ok(None),
    };
    if href.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        Error::new(ErrorKind::Protocol, "read the next page of a list")
            .because("the link to the next page has no continuation token")
    };
    let base = Url::parse("https://platform.adobe.io/data/foundation/flowservice/")
        .map_err(|_| wrong())?;
    let link = base.join(href).map_err(|_| wrong())?;
    let mut tokens = link
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (percent_decode_str(name).decode_utf8().ok()? == "continuationToken").then_some(value)
        });
    let token = tokens
        .next_back()
        .filter(|token| !token.is_empty())
        .ok_or_else(wrong)?;
    let token = percent_decode_str(token)
        .decode_utf8()
        .map_err(|_| wrong())?;
    Ok(Some(Cursor::Token(token.into_owned())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;

    fn token(links: &Value) -> Result<Option<String>> {
        let answer = object(json!({"items": [], "_links": links}), "a test").unwrap();
        Ok(next(&answer)?.map(|cursor| match cursor {
            Cursor::Token(token) => token,
            other => format!("{other:?}"),
        }))
    }

    #[test]
    fn the_token_is_decoded_once_and_whole() {
        for (href, wanted) in [
            ("/flows?continuationToken=abc", "abc"),
            (
                "/connections?limit=5&continuationToken=a%3D%3D%26b",
                "a==&b",
            ),
            (
                "flows?continuationToken=eyJ0Ijo+MX0==&limit=5",
                "eyJ0Ijo+MX0==",
            ),
            ("?continuationToken=a%2Bb%252B", "a+b%2B"),
            ("https://elsewhere.example/x?continuationToken=%C3%A4", "ä"),
        ] {
            let read = token(&json!({"next": {"href": href}})).unwrap();
            assert_eq!(read.as_deref(), Some(wanted), "{href}");
        }
    }

    #[test]
    fn a_list_ends_where_no_link_is() {
        for links in [
            json!(null),
            json!({}),
            json!({"next": null}),
            json!({"next": {"href": ""}}),
            json!({"next": {}}),
        ] {
            assert_eq!(token(&links).unwrap(), None, "{links}");
        }
    }

    #[test]
    fn a_link_without_a_token_is_no_end() {
        for href in ["/flows?start=5", "/flows?continuationToken="] {
            let error = token(&json!({"next": {"href": href}})).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{href}");
        }
    }
}
